"""Personal models of real people, on photographs that have nothing in common: ``make personal``.

Writes ``benchmarks/personal_real.json``. First how lasting a person's bias is, then
whether a profile learned from some photographs helps on others. The claim is narrow: press
photographs, labels of one student rater, mostly neutral and happy faces. Nothing was chosen by
these people, no picture, name or embedding of them is kept.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from groupaffect.evaluation.benchmark.flicker import load_flickers
from groupaffect.evaluation.personal.embedded_faces import read_embedded_faces
from groupaffect.evaluation.personal.lasting_bias import (
    HalfBias,
    compare_halves,
    halve_bias,
    measure_errors,
)
from groupaffect.evaluation.personal.manners import Cast
from groupaffect.evaluation.personal.photographs import (
    LEAST,
    Photographs,
    read_photographs,
    split_scenes,
)
from groupaffect.evaluation.personal.real_people import (
    LABEL_SOURCES,
    NEEDED,
    LabelSource,
    PersonLearned,
    Shifts,
    eligible_people,
    figures_of,
    learn_person,
)
from groupaffect.evaluation.personal.trials import summarise
from groupaffect.evaluation.plain_values import to_plain
from groupaffect.inference import network_hashes
from groupaffect.person_profile import SHIFTING, AdapterKind
from groupaffect.personal.teaching import NO_SHIFT
from groupaffect.settings import Settings
from groupaffect.types import EMOTIONS, MODELS

COMMAND = "python -m groupaffect.evaluation.personal.real_study --data ../shared/data"
N_SPLITS = 2  # ways to halve a person's photographs; each is learned from both ways
FIGURES = ("macro_f1", "accuracy")
NOTHING: Shifts = dict.fromkeys(MODELS, NO_SHIFT)
MISREAD_SHARE = 1 / 3  # of the people, those read worst in the photographs learned from (ours)


def study_real(data: Path, *, n_people: int | None = None) -> dict[str, Any]:
    """Return every figure.

    Parameters
    ----------
    data : the folder that holds ``faces_lfw68.parquet`` and ``fer2013/``.
    n_people : fewer people, for trying out.
    """
    many, few = read_photographs(data, n_people=n_people)
    sys.stderr.write(f"{len(many.faces)} and {len(few.faces)} photographs read\n")
    pool, reporting = read_embedded_faces(data)
    usual = load_flickers()["usual"]
    casts = {"photographs": few.faces, "FER-2013": pool.where(reporting)}
    return study_photographs(many, {name: Cast(faces, usual) for name, faces in casts.items()}) | {
        "command": COMMAND,
        "networks": _networks(),
    }


def study_photographs(
    many: Photographs, casts: dict[str, Cast], *, least: int = LEAST
) -> dict[str, Any]:
    """Return the figures of one set of photographs; equal sets give equal figures."""
    people = eligible_people(many, least=least)
    result = {
        "photographs": _describe(many, people),
        "lasting": lasting_bias(many),
        "profiles": {
            name: _profiles([_learn_all(many, people, cast, seed) for seed in range(N_SPLITS)])
            for name, cast in casts.items()
        },
    }
    plain: dict[str, Any] = to_plain(result)
    return plain


def _describe(many: Photographs, people: Sequence[int]) -> dict[str, Any]:
    """Return how many people and photographs there are, and on which split of the points."""
    trained = {who: bool(many.trained_points[many.person == who].all()) for who in people}
    label = many.faces.label
    read = np.exp(many.faces.log_probability).mean(axis=1).argmax(axis=1) == label
    return {
        "n_people": len(np.unique(many.person)),
        "n_photographs": len(label),
        "n_scenes": len(np.unique(many.scene)),
        "labels": {name: int((label == k).sum()) for k, name in enumerate(EMOTIONS)},
        "n_with_profiles": len(people),
        "n_with_profiles_points_unseen": sum(not seen for seen in trained.values()),
        "accuracy_points_trained": _share(read[many.trained_points]),
        "accuracy_points_unseen": _share(read[~many.trained_points]),
    }


def _share(hits: Bool[np.ndarray, " n"]) -> float:
    return float(hits.mean()) if len(hits) else float("nan")


def lasting_bias(many: Photographs) -> dict[str, Any]:
    """Return how alike a person's bias is in two halves of the photographs, by model.

    ``same`` compares means over labels; ``other_expression`` the neutral photographs of one half
    with the happy ones of the other, which an offset takes to have one bias.
    """
    label, person = many.faces.label, many.person
    error = measure_errors(many.faces.log_probability, label, person)
    first = np.zeros(len(label), dtype=bool)
    rng = np.random.default_rng(0)
    for who in np.unique(person):
        own = person == who
        first[own] = split_scenes(label[own], many.scene[own], rng=rng)
    halves = halve_bias(error, label, person, first)
    return {
        model: {
            "same": compare_halves(*_both(halves.over_labels[:, :, k])),
            "other_expression": compare_halves(
                *(halves.by_label[:, half, of, k] for half, of in enumerate(NEEDED[::-1]))
            ),
            "halves": _points(halves, k),
        }
        for k, model in enumerate(MODELS)
    }


def _both(halves: Float[np.ndarray, "p 2 7"]) -> Iterator[Float[np.ndarray, "p 7"]]:
    yield from (halves[:, 0], halves[:, 1])


def _points(halves: HalfBias, model: int) -> list[list[float]]:
    """Return each person's bias towards "happy" over "neutral" in both halves, for the drawing."""
    happy, neutral = NEEDED
    value = halves.over_labels[:, :, model]
    apart = value[:, :, happy] - value[:, :, neutral]
    return [[float(x) for x in row] for row in apart if np.isfinite(row).all()]


def _learn_all(
    many: Photographs, people: Sequence[int], cast: Cast, seed: int
) -> list[list[PersonLearned]]:
    """Return what both halves of everybody's photographs taught."""
    return [
        [learn_person(many, who, cast, turned=turned, seed=seed) for who in people]
        for turned in (False, True)
    ]


def _profiles(splits: Sequence[Sequence[Sequence[PersonLearned]]]) -> dict[str, Any]:
    """Return gains by label source and adapter; a person's figure is the mean over all halves."""
    rounds = [one for split in splits for one in split]  # each a list over people
    before = np.array([[figures_of(p.test, NOTHING)["macro_f1"] for p in one] for one in rounds])
    misread = _misread(rounds)
    return {
        "n_people": len(rounds[0]),
        "n_misread": int(misread.sum()),
        "n_test": float(np.mean([[len(p.test) for p in one] for one in rounds])),
        "before": float(before.mean()),
        "before_misread": float(before[:, misread].mean()),
        "rows": [
            {"labels": source, "adapter": adapter} | _row(rounds, source, adapter, misread)
            for source in LABEL_SOURCES
            for adapter in SHIFTING
        ],
    }


def _misread(rounds: Sequence[Sequence[PersonLearned]]) -> np.ndarray:
    """Mark the people read worst in what the first round learned from; never by its test."""
    learned = np.array([figures_of(one.learn, NOTHING)["macro_f1"] for one in rounds[0]])
    worst = np.zeros(len(learned), dtype=bool)
    worst[np.argsort(learned, kind="stable")[: max(1, round(MISREAD_SHARE * len(learned)))]] = True
    return worst


def _row(
    rounds: Sequence[Sequence[PersonLearned]],
    source: LabelSource,
    adapter: AdapterKind,
    misread: np.ndarray,
) -> dict[str, Any]:
    key = source, adapter
    gains = {
        "decided": [[_gain(p, p.decided[key]) for p in one] for one in rounds],
        "anyway": [[_gain(p, p.anyway[key]) for p in one] for one in rounds],
        "someone_else": [
            [_gain(p, one[k - 1].anyway[key]) for k, p in enumerate(one)] for one in rounds
        ],
    }
    by_person = {
        way: {f: np.array([[g[f] for g in one] for one in each]).mean(axis=0) for f in FIGURES}
        for way, each in gains.items()
    }
    own, other = by_person["anyway"]["macro_f1"], by_person["someone_else"]["macro_f1"]
    # chosen by the first round's learning half: only that round's test half is unseen for them
    worst = np.array([g["macro_f1"] for g in gains["anyway"][0]])[misread]
    worst_decided = np.array([g["macro_f1"] for g in gains["decided"][0]])[misread]
    return {
        "refused": float(np.mean([[p.refused[key] for p in one] for one in rounds])),
        "own_over_someone_else": summarise(own - other),
        "misread": {"decided": summarise(worst_decided), "anyway": summarise(worst)},
    } | {
        way: {figure: summarise(value) for figure, value in each.items()}
        for way, each in by_person.items()
    }


def _gain(person: PersonLearned, shift: Shifts) -> dict[str, float]:
    after, before = figures_of(person.test, shift), figures_of(person.test, NOTHING)
    return {figure: after[figure] - before[figure] for figure in FIGURES}


def _networks() -> dict[str, str]:
    return network_hashes(Settings().networks)


def main() -> None:
    """Write the figures."""
    parser = argparse.ArgumentParser(prog="python -m groupaffect.evaluation.personal.real_study")
    parser.add_argument("--data", type=Path, required=True, help="the folder with the photographs")
    parser.add_argument("--people", type=int, help="fewer, for trying out")
    parser.add_argument("--json", type=Path, default=Path("benchmarks/personal_real.json"))
    arguments = parser.parse_args()
    result = study_real(arguments.data, n_people=arguments.people)
    arguments.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
