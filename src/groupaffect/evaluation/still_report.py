"""The result of evaluating a set of stills, as plain values for JSON."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from groupaffect.adaptive import start_image_weight
from groupaffect.evaluation.labelled.labelled_set import LabelledSet
from groupaffect.evaluation.row_census import RowCensus, RowNote
from groupaffect.evaluation.still_sets import StillsPlan, evaluate_expressions, evaluate_landmarks
from groupaffect.inference import network_hashes
from groupaffect.types import EMOTIONS, Source


def report_expressions(
    labelled: LabelledSet, plan: StillsPlan, *, source: Source = "fused"
) -> dict[str, Any]:
    """Evaluate expressions; return figures, what they rest on and what became of every row.

    Raises
    ------
    LabelledSetError, UsageError : see ``still_sets.evaluate_expressions``.
    """
    scores, census = evaluate_expressions(labelled, plan, source=source)
    weight = {"image": 1.0, "landmark": 0.0}
    return {
        **_basis(labelled, plan, task="expressions"),
        "model": source,
        "image_weight": weight.get(source, start_image_weight(plan.settings.fusion)),
        "n": scores.n,
        "n_no_face": scores.n_no_face,
        "accuracy": scores.accuracy,
        "accuracy_interval": scores.accuracy_interval,
        "chance": scores.chance,
        "macro_f1": scores.macro_f1,
        "macro_f1_interval": scores.macro_f1_interval,
        "recall": _by_emotion(scores.recall),
        "precision": _by_emotion(scores.precision),
        "n_by_label": _by_emotion(scores.n_by_label),
        "n_no_face_by_label": _by_emotion(scores.n_no_face_by_label),
        "labels": list(EMOTIONS),
        "confusion": scores.confusion.tolist(),
        "ece": scores.ece,
        **_rows(census, plan),
    }


def report_landmarks(labelled: LabelledSet, plan: StillsPlan) -> dict[str, Any]:
    """Evaluate landmarks; return figures, what they rest on and what became of every row.

    Raises
    ------
    LabelledSetError, UsageError : see ``still_sets.evaluate_landmarks``.
    """
    errors, census = evaluate_landmarks(labelled, plan)
    figures = _basis(labelled, plan, task="landmarks") | dataclasses.asdict(errors)
    return {**figures, **_rows(census, plan)}


def _basis(labelled: LabelledSet, plan: StillsPlan, *, task: str) -> dict[str, Any]:
    return {
        "set": str(labelled.path),
        "format": labelled.format,
        "split": plan.split,
        "task": task,
        "crops": plan.crops,
        "points": "own" if plan.points_xy_px is None else "file",
        "preset": plan.settings.preset,
        "networks": network_hashes(),
    }


def _by_emotion(values: np.ndarray) -> dict[str, Any]:
    return dict(zip(EMOTIONS, values.tolist(), strict=True))


def _rows(census: RowCensus, plan: StillsPlan) -> dict[str, Any]:
    return {
        "n_rows": census.n_rows,
        "n_left_out": census.left_out.total(),
        "left_out": dict(sorted(census.left_out.items())),
        "n_bad": len(census.bad),
        "bad_rows": [dataclasses.asdict(note) for note in census.bad],
        "n_converted": len(census.converted),
        "converted_rows": [dataclasses.asdict(note) for note in census.converted],
        "warnings": list(_warnings(census, plan)),
    }


def _warnings(census: RowCensus, plan: StillsPlan) -> list[str]:
    warnings = []
    if plan.split is None and len(census.splits) > 1:
        found = ", ".join(sorted(census.splits))
        warnings.append(f"all splits were taken together ({found}); --split takes one of them.")
    if census.left_out:
        words = ", ".join(f"{word!r} {n}" for word, n in census.left_out.most_common(5))
        warnings.append(f"left out {_rows_text(census.left_out.total())}: {words}.")
    if census.bad:
        warnings.append(f"could not use {_rows_text(len(census.bad))}: {_first(census.bad)}.")
    if census.converted:
        n = _rows_text(len(census.converted))
        warnings.append(f"converted the pictures of {n}: {_first(census.converted)}.")
    return warnings


def _rows_text(n: int) -> str:
    return f"{n} row{'' if n == 1 else 's'}"


def _first(notes: list[RowNote], *, n: int = 3) -> str:
    shown = "; ".join(f"{note.name}: {note.reason}" for note in notes[:n])
    return shown + ("; ..." if len(notes) > n else "")
