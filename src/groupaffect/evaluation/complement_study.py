"""How far two sources of a session make up for each other, against truth (METHODS 2)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from groupaffect.counting import counted
from groupaffect.errors import UsageError, sentence
from groupaffect.evaluation.blocks import Blocks, block_intervals, find_blocks
from groupaffect.evaluation.complementarity import Complementarity, compare_hits, figures_of
from groupaffect.evaluation.review import list_review
from groupaffect.evaluation.scored_seconds import ScoredSeconds, check_sources, score_sources
from groupaffect.evaluation.source_signals import Signals, signals_of
from groupaffect.types import EMOTIONS, MODELS, Analysis

# Figures with an interval, in the order of `_drawn`.
WITH_INTERVAL = (
    *("accuracy_first", "accuracy_second", "accuracy_difference", "exclusive_first_of_union"),
    *("exclusive_second_of_union", "q_statistic", "oracle", "gain_captured"),
)


def study_complement(
    analysis: Analysis,
    truth: Mapping[str, Int[np.ndarray, " _"]],
    *,
    sources: tuple[str, ...] = MODELS,
    against: tuple[str, Analysis] | None = None,
) -> dict[str, Any]:
    """Return counts, shares, dependence, and the seconds to look at, of two sources of a session.

    Parameters
    ----------
    truth : from ``read_truth``.
    sources : two of ``signals_of``; where they are the two models, what the session's fusion gains
        said as well.
    against : name and analysis of another session of the recording, which the second source is
        taken from, such as by another way of fusing or with a personal profile.

    Raises
    ------
    UsageError : there is no such source, both are the same, or the other session lacks somebody.
    InsufficientDataError : no second can be scored.
    """
    signals = signals_of(analysis)
    if against is None:
        pair = check_pair(sources, known=tuple(signals))
    else:
        signals, pair = _join(signals, sources, *against, people=tuple(truth))
    fused = ("fused",) if {*pair} == {*MODELS} and "fused" in signals else ()
    scored = score_sources(signals, truth, sources=(*pair, *fused))
    everybody = np.ones_like(scored.scored)
    blocks = _blocks(scored, pair)
    return {
        "sources": list(pair),
        "n_seconds": int(scored.scored.sum()),
        "n_unread": scored.n_unread,
        "n_beyond": scored.n_beyond,
        "all": _row(scored, everybody, sources=pair, fused=fused),
        "by_emotion": {
            emotion: _row(scored, scored.truth == k, sources=pair, fused=fused)
            for k, emotion in enumerate(EMOTIONS)
        },
        "by_participant": {
            name: _row(
                scored,
                _of_row(scored, row),
                sources=pair,
                fused=fused,
            )
            for row, name in enumerate(scored.participants)
        },
        "dependence": {**dataclasses.asdict(blocks), "status": blocks.status},
        "intervals": _intervals(scored, blocks, sources=pair, fused=fused),
        "warnings": _warnings(scored),
        "review": [dataclasses.asdict(each) for each in list_review(scored, sources=pair)],
    }


def _warnings(scored: ScoredSeconds) -> list[str]:
    counts = (
        (scored.n_unread, "no source read a face"),
        (scored.n_beyond, "the analysed part is over"),
    )
    return [
        f"{counted(n, 'second')} of the truth {'is' if n == 1 else 'are'} not scored: {why} there"
        for n, why in counts
        if n > 0
    ]


def _join(
    signals: Signals,
    sources: tuple[str, ...],
    name: str,
    other: Analysis,
    *,
    people: tuple[str, ...],
) -> tuple[Signals, tuple[str, str]]:
    """Return the first source of one session and the second of another, and their names."""
    theirs = signals_of(other)
    first, second = (*sources, *sources)[:2]  # one name stands for both
    check_sources([first], known=tuple(signals))
    check_sources([second], known=tuple(theirs))
    absent = [who for who in people if who not in theirs[second]]
    if absent or len(sources) > 2:
        message = sentence(
            wanted="both sessions must have the same participants, and a source each is compared",
            got=f"no {absent[0]} in {name}" if absent else ", ".join(sources),
            remedy="analyse one recording in two ways, and name one source or two",
        )
        raise UsageError(message)
    label = f"{second} of {name}"
    return {first: signals[first], label: theirs[second]}, (first, label)


def check_pair(sources: tuple[str, ...], *, known: tuple[str, ...]) -> tuple[str, str]:
    """Return two different sources that are there.

    Raises
    ------
    UsageError : they are not.
    """
    if len(sources) != 2 or sources[0] == sources[1]:
        message = sentence(
            wanted=f"two different sources are compared, of {', '.join(known)}",
            got=", ".join(sources) or "none",
            remedy="name two, such as image,landmark",
        )
        raise UsageError(message)
    check_sources(sources, known=known)
    return sources[0], sources[1]


def _row(
    scored: ScoredSeconds,
    chosen: Bool[np.ndarray, "p t"],
    *,
    sources: tuple[str, str],
    fused: tuple[str, ...],
) -> dict[str, Any]:
    """Return the figures of some seconds."""
    rows = scored.scored & chosen
    found = compare_hits(*(scored.right(source)[rows] for source in sources))
    row = figures_of(found)
    for source in fused:
        accuracy = float(scored.right(source)[rows].mean()) if rows.any() else np.nan
        row |= {"fused_accuracy": accuracy, "gain_captured": found.gain_captured(accuracy)}
    return row


def _of_row(scored: ScoredSeconds, row: int) -> Bool[np.ndarray, "p t"]:
    chosen = np.zeros_like(scored.scored)
    chosen[row] = True
    return chosen


def _blocks(scored: ScoredSeconds, sources: tuple[str, str]) -> Blocks:
    """Return the blocks that everybody's hits by both sources, and their differences, need."""
    hits = [np.where(scored.scored, scored.right(source), np.nan) for source in sources]
    return find_blocks(np.concatenate([*hits, hits[0] - hits[1]]))


def _intervals(
    scored: ScoredSeconds, blocks: Blocks, *, sources: tuple[str, str], fused: tuple[str, ...]
) -> dict[str, Any] | None:
    """Return 95 % intervals by figure; None with too few blocks."""
    hits = [scored.right(source) for source in (*sources, *fused)]

    def drawn(step: Int[np.ndarray, " n"]) -> Float[np.ndarray, " figures"]:
        rows = scored.scored[:, step]
        right = [hit[:, step][rows] for hit in hits]
        found = compare_hits(right[0], right[1])
        fused_accuracy = float(right[2].mean()) if fused else np.nan
        return _drawn(found, fused_accuracy)

    known = np.asarray(scored.scored.any(axis=0))
    bounds = block_intervals(blocks, known, figure=drawn)
    if bounds is None:
        return None
    return {name: bounds[k].tolist() for k, name in enumerate(WITH_INTERVAL)}


def _drawn(found: Complementarity, fused_accuracy: float) -> Float[np.ndarray, " figures"]:
    first, second = found.accuracies
    return np.array(
        [
            *(first, second, first - second, *found.exclusive_of_union),
            *(found.q_statistic, found.oracle, found.gain_captured(fused_accuracy)),
        ]
    )
