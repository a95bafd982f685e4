"""One simulated person at a time: what a profile changes, as the tool decides and anyway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from groupaffect.evaluation.personal.agreement_figures import (
    compare_with_group,
    compare_with_truth,
)
from groupaffect.evaluation.personal.manners import Cast
from groupaffect.evaluation.personal.simulated import Setting, simulate_exam
from groupaffect.evaluation.personal.sources import Exam, teach_wrongly
from groupaffect.fusion.mix import fuse
from groupaffect.group_lessons import correct_member, fuse_read, judge_homogeneity
from groupaffect.person_profile import ADAPTERS, AdapterKind, Shift
from groupaffect.personal.group_labels import count_labels
from groupaffect.personal.objections import (
    object_to_evidence,
    object_to_group,
    object_to_labels,
)
from groupaffect.personal.teaching import NO_SHIFT, keep_proven, teach
from groupaffect.personal.training_part import longest_run
from groupaffect.settings import PersonalSettings
from groupaffect.types import MODELS, Model

N_DRAWS = 2000
HALF = 0.5  # of the training part, by which a wrong group's labels are moved
Shifts = Mapping[Model, Shift]


@dataclass(frozen=True, slots=True)
class Trial:
    """What one person's profile changed on the held-out seconds.

    Attributes
    ----------
    before : figures of the shared models, fixed fusion.
    decided, anyway, wrong : gains over them by figure: as the tool decides (none where it
        refuses), with --anyway, and of a profile from the wrong times' labels; empty if not asked.
    adaptive : gain over adaptive fusion, as the tool decides; empty if not asked.
    group_refused, refused : whether the group, or anything, spoke against learning.
    """

    before: dict[str, float]
    decided: dict[str, float]
    anyway: dict[str, float]
    wrong: dict[str, float]
    adaptive: dict[str, float]
    group_refused: bool
    refused: bool


def try_setting(
    setting: Setting,
    cast: Cast,
    *,
    n_people: int,
    adapters: Sequence[AdapterKind] = ADAPTERS,
    seed: int,
    in_full: bool = False,
) -> dict[AdapterKind, list[Trial]]:
    """Return trials of people who differ in everything but the setting.

    Parameters
    ----------
    in_full : also adaptive fusion, and a profile from the wrong times' labels.
    """
    personal, trials = PersonalSettings(), {name: list[Trial]() for name in adapters}
    for person in range(n_people):
        rng = np.random.default_rng([seed, person])
        exam = simulate_exam(setting, cast, personal=personal, rng=rng)
        alike = judge_homogeneity(exam.read, longest_run(exam.train), settings=exam.settings)
        group = object_to_group(alike, significance=exam.settings.group.significance)
        for name in adapters:
            trials[name].append(_try(exam, name, personal, group_refused=bool(group), full=in_full))
    return trials


def _try(
    exam: Exam,
    adapter: AdapterKind,
    personal: PersonalSettings,
    *,
    group_refused: bool,
    full: bool,
) -> Trial:
    taught = teach([exam.lesson], adapter=adapter, settings=personal)
    labels = object_to_labels([count_labels(exam.labels, chosen=exam.train)], settings=personal)
    evidence = {model: one.evidence for model, one in taught.items() if one.evidence is not None}
    doubts = object_to_evidence(evidence, n_errors=personal.evidence_errors)
    refused = bool(group_refused or labels or doubts)
    nothing = dict.fromkeys(MODELS, NO_SHIFT)
    decided = nothing if refused else keep_proven(taught, n_errors=personal.evidence_errors)
    anyway = {model: one.shift for model, one in taught.items()}
    before = figures_with(exam, nothing)
    wrong: dict[str, float] = {}
    adaptive: dict[str, float] = {}
    if full:
        wrongly = teach_wrongly([exam], adapter=adapter, settings=personal, share=HALF)
        wrong = gain_of(figures_with(exam, wrongly), before)
        adaptive = _adaptive_gain(exam, decided)
    return Trial(
        before,
        gain_of(figures_with(exam, decided), before),
        gain_of(figures_with(exam, anyway), before),
        wrong,
        adaptive,
        group_refused,
        refused,
    )


def _adaptive_gain(exam: Exam, shift: Shifts) -> dict[str, float]:
    before = _figures(exam, fuse_read(exam.read, exam.settings)[:, exam.place])
    if all(one is NO_SHIFT for one in shift.values()):
        return dict.fromkeys(before, 0.0)
    corrected = correct_member(exam.read, exam.person, exam.rows, shift)
    return gain_of(_figures(exam, fuse_read(corrected, exam.settings)[:, exam.place]), before)


def figures_with(exam: Exam, shift: Shifts) -> dict[str, float]:
    """Return the figures on held-out seconds with a profile applied, by the even mixture."""
    return _figures(exam, _fixed(exam, shift))


def _fixed(exam: Exam, shift: Shifts) -> Float[np.ndarray, "t 7"]:
    """Return the person's expressions by the even mixture, so that only the profile counts."""
    read = correct_member(exam.read, exam.person, exam.rows, shift)
    return fuse(read.image[:, exam.place], read.landmark[:, exam.place], 0.5)


def _figures(exam: Exam, probability: Float[np.ndarray, "t 7"]) -> dict[str, float]:
    seen = probability[exam.test]
    group = compare_with_group(seen, exam.labels.probability[exam.test])
    return compare_with_truth(seen, exam.truth[exam.test]) | group


def gain_of(after: Mapping[str, float], before: Mapping[str, float]) -> dict[str, float]:
    """Return by how much each figure rose."""
    return {name: after[name] - before[name] for name in before}


def circular_trial(setting: Setting, cast: Cast, *, n_people: int, seed: int) -> dict[str, Any]:
    """Return how much likelier agreement looks where the labels include the person.

    The gain in Pearson's r with the group: of a profile learned from labels that include the
    person, against these; and of one learned from the others, against the others.
    """
    personal, gains = PersonalSettings(), dict[str, list[tuple[float, float]]]()
    for person in range(n_people):
        rng = np.random.default_rng([seed, person])
        exam = simulate_exam(setting, cast, personal=personal, rng=rng)
        everybody = fuse_read(exam.read, exam.settings).mean(axis=1)
        circular = replace(exam, labels=replace(exam.labels, probability=everybody))
        for name, one in (("including the person", circular), ("without the person", exam)):
            taught = teach([one.lesson], adapter="head", settings=personal)
            shift = {model: each.shift for model, each in taught.items()}
            nothing = dict.fromkeys(MODELS, NO_SHIFT)
            after, before = (figures_with(one, s) for s in (shift, nothing))
            pair = before["group_pearson"], after["group_pearson"]
            gains.setdefault(name, []).append(pair)
    return {name: _pair_summary(np.array(found)) for name, found in gains.items()}


def _pair_summary(found: Float[np.ndarray, "n 2"]) -> dict[str, Any]:
    before, after = found.mean(axis=0)
    return {"before": before, "after": after, "gain": summarise(found[:, 1] - found[:, 0])}


def summarise(gain: Float[np.ndarray, " n"]) -> dict[str, Any]:
    """Return the mean over people with a 95 % interval (bootstrap over people), and the worst.

    ``worst_decile`` is the value that a tenth of the people are below.

    Examples
    --------
    >>> found = summarise(np.array([0.0, 0.1]))
    >>> round(found["mean"], 3), found["n"]
    (0.05, 2)
    """
    rng = np.random.default_rng(0)
    drawn = gain[rng.integers(0, len(gain), (N_DRAWS, len(gain)))].mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return {
        "n": len(gain),
        "mean": float(gain.mean()),
        "interval": (float(low), float(high)),
        "worst_decile": float(np.quantile(gain, 0.1)),
    }
