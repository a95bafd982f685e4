"""Figures of all sources on held-out seconds, with intervals that heed neighbouring seconds."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from groupaffect.evaluation.blocks import Blocks, block_intervals, find_blocks
from groupaffect.evaluation.personal.agreement_figures import (
    GROUP_FIGURES,
    TRUTH_FIGURES,
    compare_with_group,
    compare_with_truth,
)
from groupaffect.evaluation.personal.sources import (
    SHIFTS,
    Exam,
    PersonSource,
    read_person,
    teach_wrongly,
)
from groupaffect.person_profile import AdapterKind, Shift
from groupaffect.settings import PersonalSettings
from groupaffect.types import Model

N_DRAWS = 500
WRONG: PersonSource = "wrong group"
PERSONAL: PersonSource = "personal"
ADAPTIVE: PersonSource = "adaptive"


@dataclass(frozen=True, slots=True)
class HeldOut:
    """The held-out seconds of all sessions one after the other.

    Attributes
    ----------
    probability : by source, (n, 7). truth : (n,) -1 unknown. label : (n, 7) of the others.
    """

    probability: Mapping[PersonSource, Float[np.ndarray, "n 7"]]
    truth: Int[np.ndarray, " n"]
    label: Float[np.ndarray, "n 7"]


def examine(
    exams: Sequence[Exam],
    shift: Mapping[Model, Shift],
    *,
    adapter: AdapterKind,
    settings: PersonalSettings,
    control: bool = True,
    tune_wrongly: Callable[[float], Sequence[Exam]] | None = None,
) -> dict[str, Any]:
    """Return what each source reads rightly in the held-out seconds, and the profile's gain.

    Against the truth where any is known; agreement with the others (leave-one-out) always. The
    gain is over adaptive fusion without a profile. ``wrong group`` are profiles learned from the
    wrong times' labels: the mean of ``SHIFTS``.

    Parameters
    ----------
    control : learn from a wrong group too; a profile of the teacher "group" only.
    tune_wrongly : of a fine-tuned profile, return the exams with what a network reads that was
        trained on labels moved by a share; done once, for the middle of ``SHIFTS``.
    """
    parts = [_hold_out(exams, {PERSONAL: shift})]
    if control and tune_wrongly is not None:
        parts.append(_hold_out(tune_wrongly(SHIFTS[len(SHIFTS) // 2]), {WRONG: shift}))
    for share in SHIFTS if control and tune_wrongly is None else ():
        wrong = teach_wrongly(exams, adapter=adapter, settings=settings, share=share)
        parts.append(_hold_out(exams, {WRONG: wrong}))
    held = parts[0]
    blocks = _find_blocks(held)
    intervals = _intervals(held, blocks)
    sources = {name: _with_intervals(name, held, intervals) for name in held.probability}
    if control:
        sources[WRONG] = _mean([figures_of(part, WRONG) for part in parts[1:]])
    return {
        "n_seconds": len(held.truth),
        "n_seconds_of_truth": int((held.truth >= 0).sum()),
        "status": blocks.status,
        "n_blocks": blocks.n_blocks,
        "block_s": blocks.block_steps,
        "sources": sources,
        "gain": _gain(held, intervals),
    }


def figures_of(
    held: HeldOut, source: PersonSource, seconds: Int[np.ndarray, " k"] | None = None
) -> dict[str, float]:
    """Return a source's figures over the held-out seconds, or over some of them."""
    rows = np.arange(len(held.truth)) if seconds is None else seconds
    probability, truth = held.probability[source][rows], held.truth[rows]
    group = compare_with_group(probability, held.label[rows])
    known = truth >= 0
    if not (held.truth >= 0).any():
        return dict.fromkeys(TRUTH_FIGURES, math.nan) | group
    return compare_with_truth(probability[known], truth[known]) | group


def _hold_out(
    exams: Sequence[Exam], shifts: Mapping[PersonSource, Mapping[Model, Shift]]
) -> HeldOut:
    read = [read_person(exam, shifts) for exam in exams]
    return HeldOut(
        {
            name: np.concatenate([r[name][e.test] for r, e in zip(read, exams, strict=True)])
            for name in read[0]
        },
        np.concatenate([exam.truth[exam.test] for exam in exams]),
        np.concatenate([exam.labels.probability[exam.test] for exam in exams]),
    )


def _find_blocks(held: HeldOut) -> Blocks:
    """Return the blocks that hits against the truth need, or else sameness with the others."""
    known = held.truth >= 0
    reference = held.truth if known.any() else held.label.argmax(axis=1)
    told = known if known.any() else ~np.isnan(held.label).any(axis=1)
    rows = [
        np.where(told & ~np.isnan(p[:, 0]), p.argmax(axis=1) == reference, np.nan)
        for p in held.probability.values()
    ]
    return find_blocks(np.array(rows, dtype=np.float64).reshape(len(rows), -1))


Figures = dict[tuple[str, str], tuple[float, float]]


def _intervals(held: HeldOut, blocks: Blocks) -> Figures:
    """Return 95 % intervals by source and figure, and of gains by ("gain", figure)."""
    names = [(s, f) for s in held.probability for f in (*TRUTH_FIGURES, *GROUP_FIGURES)]
    gains = [("gain", f) for f in (*TRUTH_FIGURES, *GROUP_FIGURES)]

    def all_figures(seconds: Int[np.ndarray, " k"]) -> Float[np.ndarray, " figures"]:
        found = {source: figures_of(held, source, seconds) for source in held.probability}
        values = [found[source][figure] for source, figure in names]
        return np.array(values + [found[PERSONAL][f] - found[ADAPTIVE][f] for _, f in gains])

    known = np.ones(len(held.truth), dtype=bool)
    if not len(known) or not blocks.are_enough:
        return {}
    drawn = block_intervals(blocks, known, figure=all_figures, n_draws=N_DRAWS)
    if drawn is None:
        return {}
    pairs = zip([*names, *gains], drawn.tolist(), strict=True)
    return {name: (low, high) for name, (low, high) in pairs}


def _with_intervals(
    source: PersonSource, held: HeldOut, intervals: Figures
) -> dict[str, dict[str, Any]]:
    return {
        figure: {"value": value, "interval": intervals.get((source, figure))}
        for figure, value in figures_of(held, source).items()
    }


def _gain(held: HeldOut, intervals: Figures) -> dict[str, dict[str, Any]]:
    mine, before = figures_of(held, PERSONAL), figures_of(held, ADAPTIVE)
    gain = {figure: mine[figure] - before[figure] for figure in mine}
    return {
        figure: {"value": value, "interval": intervals.get(("gain", figure))}
        for figure, value in gain.items()
    }


def _mean(found: Sequence[Mapping[str, float]]) -> dict[str, dict[str, Any]]:
    return {
        figure: {"value": float(np.mean([one[figure] for one in found])), "interval": None}
        for figure in found[0]
    }
