"""Evaluate the package on a labelled set of stills: expressions, or landmarks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from jaxtyping import Float

from groupaffect.errors import LabelledSetError, sentence
from groupaffect.evaluation.classification import Scores, score_readings
from groupaffect.evaluation.known_points import attach_points, read_points, wrong_number
from groupaffect.evaluation.labelled.labelled_set import LabelledSet, missing_column, no_split
from groupaffect.evaluation.labelled.labels import read_label
from groupaffect.evaluation.labelled.row import BadRowError, LabelledRow
from groupaffect.evaluation.labelled.splits import take_split
from groupaffect.evaluation.landmark_errors import LandmarkErrors, eye_distance, measure_landmarks
from groupaffect.evaluation.row_census import RowCensus, take_usable
from groupaffect.settings import Settings
from groupaffect.stills import Crops, StillFace, face_at, find_still_face, read_still_faces
from groupaffect.types import Source

# Faces scored at once: enough for speed, few enough for memory.
BATCH_FACES = 256


@dataclass(frozen=True, slots=True)
class StillsPlan:
    """How a set is evaluated.

    Attributes
    ----------
    split : take its rows only. crops : see ``stills.find_still_face``.
    points_xy_px : one face a row, in place of the set's own: for expressions what the models
        read instead of the landmark network's points (NaN: no face), for landmarks the truth.
    refuse_bad : stop at the first row that cannot be used, instead of leaving it out.
    on_row : is told how many rows have been taken.
    """

    settings: Settings
    split: str | None = None
    crops: Crops = "auto"
    points_xy_px: Float[np.ndarray, "n 68 2"] | None = None
    refuse_bad: bool = False
    on_row: Callable[[int], None] = lambda _: None


def evaluate_expressions(
    labelled: LabelledSet, plan: StillsPlan, *, source: Source = "fused"
) -> tuple[Scores, RowCensus]:
    """Read every labelled still and score the readings.

    Raises
    ------
    LabelledSetError : no usable labels, or a refused row.
    UsageError : the split or the points do not fit the set.
    """
    if not labelled.has_labels:
        wanted = "a column `label` (0..6) or `emotion`"
        raise missing_column(labelled.path, wanted=wanted, columns=labelled.columns)
    census = RowCensus()
    faces = _faces_of(labelled, plan, census)
    labels: list[int] = []
    readings = []
    while batch := list(islice(faces, BATCH_FACES)):
        labels += [label for label, _ in batch]
        readings.append(read_still_faces([f for _, f in batch], settings=plan.settings)[source])
    if not labels:
        raise _nothing_usable(census, "a picture labelled with one of the seven emotions")
    return score_readings(np.concatenate(readings), np.array(labels)), census


def evaluate_landmarks(labelled: LabelledSet, plan: StillsPlan) -> tuple[LandmarkErrors, RowCensus]:
    """Place landmarks on every annotated still and measure how far off they are.

    Raises
    ------
    LabelledSetError : no annotated row, or a refused one.
    UsageError : the split or the points do not fit the set.
    """
    if not labelled.has_points and plan.points_xy_px is None:
        wanted = "a column `points_xy_px` (68 x 2)"
        raise missing_column(labelled.path, wanted=wanted, columns=labelled.columns)
    census = RowCensus()
    placed, annotated = [], []
    for picture, truth, _ in take_usable(
        _rows_of(labelled, plan), census, read_truth=_annotation, refuse_bad=plan.refuse_bad
    ):
        face = find_still_face(
            picture.image,
            settings=plan.settings.faces,
            crops=plan.crops,
            near_xy_px=(truth.min(axis=0) + truth.max(axis=0)) / 2,
        )
        placed.append(np.full((68, 2), np.nan) if face is None else face.points_xy_px)
        annotated.append(truth)
    if not placed:
        raise _nothing_usable(census, "a picture with 68 annotated points")
    return measure_landmarks(np.stack(placed), np.stack(annotated)), census


def _faces_of(
    labelled: LabelledSet, plan: StillsPlan, census: RowCensus
) -> Iterator[tuple[int, StillFace | None]]:
    """Yield label and face of each usable row."""
    for picture, label, row in take_usable(
        _rows_of(labelled, plan), census, read_truth=_label, refuse_bad=plan.refuse_bad
    ):
        if plan.points_xy_px is None:
            face = find_still_face(picture.image, settings=plan.settings.faces, crops=plan.crops)
        else:
            points = read_points(row.points)
            face = None if points is None else face_at(picture.image, points)
        yield label, face


def _rows_of(labelled: LabelledSet, plan: StillsPlan) -> Iterator[LabelledRow]:
    """Yield the rows of the split, with the file's points where there is one."""
    points, n_rows = plan.points_xy_px, labelled.n_rows
    if plan.split is not None and not labelled.has_splits:
        where = {"csv": "a column `Usage`", "parquet": "a column `split`"}
        raise no_split(labelled.path, wanted=where.get(labelled.format, "folders of splits"))
    if plan.split is None and points is not None and n_rows not in (None, len(points)):
        raise wrong_number(len(points), f"{n_rows} rows")
    rows = attach_points(take_split(labelled.read_rows(), plan.split), points)
    for n_taken, row in enumerate(rows, start=1):
        yield row
        plan.on_row(n_taken)


def _label(row: LabelledRow) -> int | str:
    return read_label(row.label)


def _annotation(row: LabelledRow) -> Float[np.ndarray, "68 2"] | str:
    points = read_points(row.points)
    if points is None:
        return "not annotated"
    if not eye_distance(points[None])[0] > 0:
        raise BadRowError("annotated eye centres that coincide")
    return points


def _nothing_usable(census: RowCensus, wanted: str) -> LabelledSetError:
    n_left_out, n_bad = census.left_out.total(), len(census.bad)
    first = f", first {census.bad[0].name}: {census.bad[0].reason}" if n_bad else ""
    return LabelledSetError(
        sentence(
            wanted=f"the set must hold {wanted}",
            got=f"none in {census.n_rows} rows ({n_left_out} left out, {n_bad} bad{first})",
            remedy="check its labels and pictures",
        )
    )
