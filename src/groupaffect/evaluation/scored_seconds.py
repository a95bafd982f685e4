"""Every participant's every second with a known truth, and what sources read there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from groupaffect.errors import InsufficientDataError, UsageError, sentence
from groupaffect.evaluation.source_signals import Signals


@dataclass(frozen=True, slots=True)
class ScoredSeconds:
    """Seconds that can be right or wrong: p participants, t seconds from 0.

    Attributes
    ----------
    truth : (p, t) positions in ``EMOTIONS``; -1 where the second is not scored.
    probability : by source, (p, t, 7); NaN where that source read nothing.
    n_unread : seconds of known truth in which no source read a face; they are not scored.
    n_beyond : seconds of known truth after the analysed end; they are not scored.
    """

    participants: tuple[str, ...]
    truth: Int[np.ndarray, "p t"]
    probability: dict[str, Float[np.ndarray, "p t 7"]]
    n_unread: int
    n_beyond: int

    @property
    def scored(self) -> Bool[np.ndarray, "p t"]:
        """Return which seconds count."""
        return np.asarray(self.truth >= 0)

    def reading(self, source: str) -> Int[np.ndarray, "p t"]:
        """Return the likeliest emotion by a source; -1 where it read nothing."""
        value = self.probability[source]
        seen = np.isfinite(value).all(axis=-1)
        return np.where(seen, np.nan_to_num(value, nan=-1.0).argmax(axis=-1), -1)

    def right(self, source: str) -> Bool[np.ndarray, "p t"]:
        """Return where a source is right; False also where it read nothing or nothing counts."""
        return np.asarray(self.scored & (self.reading(source) == self.truth))


def score_sources(
    signals: Signals, truth: Mapping[str, Int[np.ndarray, " _"]], *, sources: Sequence[str]
) -> ScoredSeconds:
    """Bring sources and truth together; a second counts if at least one source read a face.

    Parameters
    ----------
    signals : from ``signals_of``. truth : from ``read_truth``.
    sources : names in ``signals``.

    Raises
    ------
    UsageError : a source is not there. InsufficientDataError : no second counts.
    """
    check_sources(sources, known=tuple(signals))
    people = tuple(truth)
    n_seconds = max((len(signals[s][p]) for s in sources for p in people), default=0)
    label = np.full((len(people), n_seconds), -1)
    for row, name in enumerate(people):
        within = truth[name][:n_seconds]
        label[row, : len(within)] = within
    probability = {
        source: np.stack([_padded(signals[source][name], n_seconds) for name in people])
        for source in sources
    }
    read = np.any([np.isfinite(p).all(axis=-1) for p in probability.values()], axis=0)
    scored = (label >= 0) & read
    if not scored.any():
        raise InsufficientDataError(
            sentence(
                wanted="at least one second needs a known truth and a face that was read",
                got="none",
                remedy="check that the truth's seconds lie within the recording and that its words "
                "are the seven emotions",
            )
        )
    return ScoredSeconds(
        participants=people,
        truth=np.where(scored, label, -1),
        probability=probability,
        n_unread=int(((label >= 0) & ~read).sum()),
        n_beyond=sum(int((values[n_seconds:] >= 0).sum()) for values in truth.values()),
    )


def check_sources(sources: Sequence[str], *, known: tuple[str, ...]) -> None:
    """Check that sources are there.

    Raises
    ------
    UsageError : names the first that is not.
    """
    for source in sources:
        if source not in known:
            message = sentence(
                wanted=f"a source of this session is one of {', '.join(known)}",
                got=repr(source),
                remedy="choose among these",
            )
            raise UsageError(message)


def _padded(value: Float[np.ndarray, "_ 7"], n_seconds: int) -> Float[np.ndarray, "t 7"]:
    padded = np.full((n_seconds, 7), np.nan)
    padded[: len(value)] = value[:n_seconds]
    return padded
