"""An offset that follows a person as seconds pass; needs others, but no homogeneous group.

Over minutes a person is expected to show each emotion about as often as the others do. What a
model reads of the person beyond that, all the time, is taken for the person's structure. Causal,
latency 0 s; each step is bounded, the offset is bounded, and it fades where it is not confirmed.
A person who truly shows something much more than the others is read wrongly by it: it is never
applied unless asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float
from scipy.special import log_softmax

from groupaffect.person_profile import FLOOR
from groupaffect.settings import PersonalSettings


@dataclass(frozen=True, slots=True)
class OnlineOffset:
    """What was added so far, and what it came from.

    Attributes
    ----------
    bias : (7,) nats to add to log probabilities.
    own, others : (7,) running sums of the corrected reading of the person and of the others' mean.
    """

    bias: Float[np.ndarray, " 7"]
    own: Float[np.ndarray, " 7"]
    others: Float[np.ndarray, " 7"]


def start_online() -> OnlineOffset:
    """Return the state before the first second: nothing is added."""
    nothing = np.zeros(7)
    return OnlineOffset(nothing, nothing, nothing)


def step_online(
    state: OnlineOffset,
    own: Float[np.ndarray, " 7"],
    others: Float[np.ndarray, " 7"],
    *,
    settings: PersonalSettings,
) -> OnlineOffset:
    """Take one second; where the person or the others are not seen, only fade.

    Parameters
    ----------
    own : what the shared model reads of the person; NaN where not seen.
    others : mean of what the same model reads of the others; NaN where none is seen.

    Examples
    --------
    >>> sad, even = np.full(7, 0.05), np.full(7, 1 / 7)
    >>> sad[4] = 0.7
    >>> state = start_online()
    >>> for _ in range(600):
    ...     state = step_online(state, sad, even, settings=PersonalSettings())
    >>> int(state.bias.argmin())
    4
    """
    faded = state.bias * np.exp(-1.0 / settings.online_fade_s)
    if np.isnan(own).any() or np.isnan(others).any():
        return replace(state, bias=faded)
    kept = float(np.exp(-1.0 / settings.online_memory_s))
    now = np.exp(log_softmax(np.log(np.maximum(own, FLOOR)) + state.bias))
    mine, theirs = kept * state.own + now, kept * state.others + others
    wanted = np.log(theirs + 1.0) - np.log(mine + 1.0)  # a second of each: rare ones move little
    wanted -= wanted.mean()
    step = np.clip(wanted, -1.0, 1.0) * settings.online_step
    bound = settings.online_bound
    return OnlineOffset(np.clip(faded + step, -bound, bound), mine, theirs)
