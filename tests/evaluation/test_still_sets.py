"""A set, from its file to its figures; rows that cannot be used, and where they go."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from evaluation.made_sets import (
    FACE_POINTS,
    encoded,
    noise,
    pixel_text,
    write_csv,
    write_folder,
    write_parquet,
)
from groupaffect.errors import LabelledSetError, UsageError
from groupaffect.evaluation import still_sets
from groupaffect.evaluation.labelled.opening import open_labelled_set
from groupaffect.evaluation.still_report import report_expressions, report_landmarks
from groupaffect.evaluation.still_sets import StillsPlan, evaluate_expressions, evaluate_landmarks
from groupaffect.expression.image_model import image_logits
from groupaffect.faces.tight_crop import place_landmarks_on_tight_crop
from groupaffect.faces.track import align_faces
from groupaffect.settings import Settings
from groupaffect.stills import StillFace

PLAN = StillsPlan(Settings())


@pytest.fixture
def oracle(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[int | None]], None]:
    """Make faces and readings up: each picture in turn shows an emotion, or no face."""

    def answer(shown: list[int | None]) -> None:
        waiting = iter(shown)

        def find(*_: object, **__: object) -> StillFace | None:
            emotion = next(waiting)
            return None if emotion is None else StillFace(FACE_POINTS, noise(), emotion / 10, 1.0)

        def read(faces: list[StillFace | None], *, settings: Settings) -> dict[str, np.ndarray]:
            rows = [
                np.full(7, np.nan) if f is None else np.eye(7)[round(f.probability * 10)]
                for f in faces
            ]
            return {"fused": np.stack(rows)}

        monkeypatch.setattr(still_sets, "find_still_face", find)
        monkeypatch.setattr(still_sets, "read_still_faces", read)

    return answer


def test_every_row_of_a_bad_set_is_accounted_for(
    tmp_path: Path, oracle: Callable[[list[int | None]], None]
) -> None:
    deep = encoded(noise().astype(np.uint16) * 257)
    rgba = encoded(np.dstack([noise()] * 4))
    table = [
        (encoded(), "happy"),  # 0 right
        (encoded(), "anger"),  # 1 wrong
        (encoded(), "sadness"),  # 2 no face
        (encoded(), "contempt"),  # 3 left out
        (encoded(), "boredom"),  # 4 left out
        (encoded()[:50], "sad"),  # 5 damaged
        (None, "sad"),  # 6 no picture
        (encoded(noise(1)), "sad"),  # 7 1x1
        (deep, "fear"),  # 8 right, converted
        (rgba, "fear"),  # 9 right, converted
        (encoded(), None),  # 10 no label
        (encoded(), "9"),  # 11 out of range
        (b"hello", "contempt"),  # 12 left out, whatever its picture
    ]
    pictures, labels = zip(*table, strict=True)
    path = write_parquet(tmp_path / "a.parquet", png=list(pictures), emotion=list(labels))
    oracle([3, 6, None, 2, 2])
    result = report_expressions(open_labelled_set(path), PLAN)
    assert result["n_rows"] == 13 == result["n"] + result["n_left_out"] + result["n_bad"]
    assert (result["n"], result["n_no_face"], result["accuracy"]) == (5, 1, 0.6)
    assert result["left_out"] == {"boredom": 1, "contempt": 2}
    assert [(note["row"], note["reason"]) for note in result["bad_rows"]] == [
        (5, "no picture, or a damaged one"),
        (6, "no picture"),
        (7, "1x1 pixels, too few for a face"),
        (10, "no label"),
        (11, "label 9 is not within 0..6"),
    ]
    assert [(note["name"], note["reason"]) for note in result["converted_rows"]] == [
        ("row 8", "16-bit grey scaled to 8 bits"),
        ("row 9", "transparency dropped"),
    ]
    assert result["n_no_face_by_label"]["sad"] == 1
    assert result["n_by_label"]["fear"] == result["confusion"][2][2] == 2
    told = " ".join(result["warnings"])
    assert "could not use 5 rows: row 5: no picture, or a damaged one; row 6" in told
    assert "left out 3 rows: 'contempt' 2, 'boredom' 1" in told
    assert "converted the pictures of 2 rows: row 8: 16-bit" in told


def test_bad_row_is_refused_by_name_when_asked(tmp_path: Path) -> None:
    files = {"sad/a.png": encoded(), "sad/b.png": encoded()[:40]}
    labelled = open_labelled_set(write_folder(tmp_path, files))
    with pytest.raises(LabelledSetError, match=r"a damaged one \(sad/b.png\); correct the row"):
        evaluate_expressions(labelled, StillsPlan(Settings(), refuse_bad=True))


def test_formats_of_the_same_faces_score_alike(tmp_path: Path) -> None:
    greys, labels = [noise() for _ in range(12)], [0, 1, 2, 3, 4, 5, 6] + [3] * 5
    words = ["anger", "disgust", "fear", "happy", "sad", "surprised", "neutral"]
    csv_path = write_csv(
        tmp_path / "a.csv", [(k, pixel_text(g), "x") for k, g in zip(labels, greys, strict=True)]
    )
    parquet = write_parquet(tmp_path / "a.pq", png_48=[encoded(g) for g in greys], label=labels)
    folder = write_folder(
        tmp_path / "set",
        {f"{words[k]}/{row}.png": encoded(greys[row]) for row, k in enumerate(labels)},
    )
    confusions = []
    for path in (csv_path, parquet, folder):
        scores, _ = evaluate_expressions(open_labelled_set(path), PLAN)
        confusions.append(scores.confusion)
    np.testing.assert_array_equal(confusions[0], confusions[1])
    np.testing.assert_array_equal(confusions[0], confusions[2])


def test_batches_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    columns = {"png": [encoded() for _ in range(9)], "label": [k % 7 for k in range(9)]}
    labelled = open_labelled_set(write_parquet(tmp_path / "a.parquet", **columns))
    whole, _ = evaluate_expressions(labelled, PLAN)
    monkeypatch.setattr(still_sets, "BATCH_FACES", 2)
    parts, census = evaluate_expressions(labelled, PLAN)
    np.testing.assert_array_equal(parts.confusion, whole.confusion)
    assert parts.ece == pytest.approx(whole.ece)
    assert census.n_rows == 9


def test_split_takes_its_rows_and_none_taken_is_said(
    tmp_path: Path, oracle: Callable[[list[int | None]], None]
) -> None:
    rows = [(0, pixel_text(), "Training"), (3, pixel_text(), "PublicTest"), (1, "bad", "Training")]
    labelled = open_labelled_set(write_csv(tmp_path / "a.csv", rows))
    oracle([3])
    result = report_expressions(labelled, StillsPlan(Settings(), split="valid"))
    assert (result["n"], result["n_rows"], result["accuracy"]) == (1, 1, 1.0)
    assert (result["split"], result["warnings"]) == ("valid", [])
    oracle([3, 3])
    together = report_expressions(labelled, PLAN)
    assert (together["n"], together["n_bad"]) == (2, 1)
    assert "all splits were taken together (PublicTest, Training)" in together["warnings"][0]


def test_split_of_a_set_without_any_is_refused(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet", png=[encoded()], label=[1])
    with pytest.raises(UsageError, match=r"`--split` needs a column `split` in 'a.parquet'"):
        evaluate_expressions(open_labelled_set(path), StillsPlan(Settings(), split="valid"))


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        pytest.param({}, "must have a column `label` .* columns 'png'; rename", id="column"),
        pytest.param({"label": ["contempt", "x"]}, r"none in 2 rows \(2 left out", id="words"),
        pytest.param({"label": [8, 9]}, r"2 bad, first row 0: label 8 is not", id="numbers"),
    ],
)
def test_set_without_usable_labels_is_refused(
    tmp_path: Path, columns: dict[str, object], told: str
) -> None:
    path = write_parquet(tmp_path / "a.parquet", png=[encoded(), encoded()], **columns)
    with pytest.raises(LabelledSetError, match=told):
        evaluate_expressions(open_labelled_set(path), PLAN)


def test_known_points_are_read_instead_of_the_networks(tmp_path: Path) -> None:
    columns = {"png": [encoded(), b"no", encoded()], "label": [3, 3, 3]}
    labelled = open_labelled_set(write_parquet(tmp_path / "a.parquet", **columns))
    points = np.stack([FACE_POINTS, FACE_POINTS, np.full((68, 2), np.nan)])
    plan = StillsPlan(Settings(), points_xy_px=points)
    scores, census = evaluate_expressions(labelled, plan, source="landmark")
    assert (scores.n, scores.n_no_face, len(census.bad)) == (2, 1, 1)
    for rows in (points[:2], np.concatenate([points, points])):
        with pytest.raises(UsageError, match="faces of `--points` need as many rows"):
            evaluate_expressions(labelled, StillsPlan(Settings(), points_xy_px=rows))


def test_progress_counts_every_row(tmp_path: Path) -> None:
    columns = {"png": [encoded(), b"no", encoded()], "label": [3, 3, 9]}
    labelled = open_labelled_set(write_parquet(tmp_path / "a.parquet", **columns))
    told: list[int] = []
    evaluate_expressions(labelled, StillsPlan(Settings(), on_row=told.append))
    assert told == [1, 2, 3]


def test_landmarks_are_measured_where_they_are_annotated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[np.ndarray] = []

    def find(picture: Image.Image, **options: object) -> StillFace | None:
        near = np.asarray(options["near_xy_px"])
        asked.append(near)
        return None if near[0] > 30 else StillFace(FACE_POINTS + [3.0, 4.0], noise(), 0.9, 1.0)

    monkeypatch.setattr(still_sets, "find_still_face", find)
    nothing, flat = [float("nan")] * 136, [5.0] * 136
    lists = [FACE_POINTS.ravel().tolist(), (FACE_POINTS + 20).ravel().tolist(), nothing, flat]
    columns = {"png": [encoded()] * 4, "points_xy_px": lists}
    labelled = open_labelled_set(write_parquet(tmp_path / "a.parquet", **columns))
    result = report_landmarks(labelled, PLAN)
    eyes = np.linalg.norm(FACE_POINTS[36:42].mean(axis=0) - FACE_POINTS[42:48].mean(axis=0))
    assert result["mean"] == pytest.approx(5 / eyes)
    assert (result["n"], result["n_no_face"], result["share_over_8"]) == (2, 1, 1.0)
    assert (result["n_rows"], result["left_out"]) == (4, {"not annotated": 1})
    assert result["bad_rows"][0]["reason"] == "annotated eye centres that coincide"
    middle = (FACE_POINTS.min(axis=0) + FACE_POINTS.max(axis=0)) / 2
    np.testing.assert_allclose(asked, [middle, middle + 20])


def test_landmarks_may_be_annotated_in_a_file(tmp_path: Path) -> None:
    labelled = open_labelled_set(
        write_parquet(tmp_path / "a.parquet", png=[encoded(), encoded()], label=[1, 1])
    )
    with pytest.raises(LabelledSetError, match="must have a column `points_xy_px`"):
        evaluate_landmarks(labelled, PLAN)
    points = np.stack([FACE_POINTS, np.full((68, 2), np.nan)])
    errors, census = evaluate_landmarks(labelled, StillsPlan(Settings(), points_xy_px=points))
    assert (errors.n, census.left_out["not annotated"]) == (1, 1)
    nothing = StillsPlan(Settings(), points_xy_px=np.full((2, 68, 2), np.nan))
    with pytest.raises(LabelledSetError, match="a picture with 68 annotated points"):
        evaluate_landmarks(labelled, nothing)


def test_public_test_sample_equals_the_models_called_by_hand(
    data_dir: Path, tmp_path: Path
) -> None:
    table = pq.read_table(data_dir / "fer2013/valid.parquet").slice(0, 300)
    pq.write_table(table, tmp_path / "sample.parquet")
    result = report_expressions(
        open_labelled_set(tmp_path / "sample.parquet"), PLAN, source="image"
    )
    n_right, hits, said, labelled = 0, [0] * 7, [0] * 7, [0] * 7
    for row in table.to_pylist():
        grey = np.asarray(Image.open(io.BytesIO(row["png"])).convert("L"))
        points = place_landmarks_on_tight_crop(grey).points_xy_px[0]
        read = int(image_logits(align_faces(grey, points[None])).argmax())
        n_right += read == row["label"]
        hits[read] += read == row["label"]
        said[read] += 1
        labelled[row["label"]] += 1
    f1 = [2 * h / (s + t) for h, s, t in zip(hits, said, labelled, strict=True) if t]
    assert (result["n"], result["n_no_face"]) == (300, 0)
    assert result["accuracy"] == pytest.approx(n_right / 300)
    assert result["macro_f1"] == pytest.approx(sum(f1) / len(f1))
    assert result["accuracy"] > 0.55
