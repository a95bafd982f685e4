"""Each member by themselves: signals and changes in which nobody else has a part.

Weights that follow the group's counts, and dismissal that looks at group events, both manufacture
synchrony (METHODS 8, "cross-member steps"). Kinds of group are tested on what is found here: the
fixed, even mixture of the two models, and changes dismissed by the member's own history alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from groupaffect.change_events import find_events
from groupaffect.fusion.mix import fuse
from groupaffect.settings import Settings

EVEN = 0.5  # weight of either model, whatever the settings of fusion (METHODS 8)


@dataclass(frozen=True, slots=True)
class OwnChanges:
    """All members, each read alone.

    Attributes
    ----------
    probability : (t, p, 7) even mixture of the two models; rows sum to 1 or are NaN.
    change_s : for each member the seconds in which kept changes began, in order.
    """

    probability: Float[np.ndarray, "t p 7"]
    change_s: tuple[Int[np.ndarray, " _"], ...]


def find_own_changes(
    image: Float[np.ndarray, "t p 7"],
    landmark: Float[np.ndarray, "t p 7"],
    *,
    participants: Sequence[str],
    settings: Settings,
    first_second: int = 0,
) -> OwnChanges:
    """Return each member's series and kept changes, found without looking at any other; offline.

    By the causal chain, whatever finds the events: with it the kinds of group were calibrated
    (docs/kinds.md), and of the few changes that PELT leaves too little can be counted.

    Examples
    --------
    >>> series = np.eye(7)[[6] * 10 + [3] * 10][:, None]
    >>> own = find_own_changes(series, series, participants=["P1"], settings=Settings())
    >>> [seconds.tolist() for seconds in own.change_s]
    [[10]]
    """
    mixed = fuse(image, landmark, EVEN)
    causal = replace(settings, signals=replace(settings.signals, change_detector="dominant"))
    change_s = []
    for place, name in enumerate(participants):
        events = find_events(
            mixed[:, [place]],
            participants=[name],
            settings=causal,
            first_second=first_second,
            own_history_only=True,
        )
        kept = [int(event.start_s) for event in events if event.kind != "dismissed"]
        change_s.append(np.array(kept, dtype=np.int64))
    return OwnChanges(mixed, tuple(change_s))
