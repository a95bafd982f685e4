"""Every format, its columns, and sets of the wrong shape."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evaluation.made_sets import (
    FACE_POINTS,
    encoded,
    noise,
    pixel_text,
    write_csv,
    write_folder,
    write_parquet,
)
from groupaffect.errors import LabelledSetError
from groupaffect.evaluation.labelled import parquet_file
from groupaffect.evaluation.labelled.opening import open_labelled_set


def greys_of(path: Path) -> list[np.ndarray]:
    rows = open_labelled_set(path).read_rows()
    return [np.asarray(row.load().image.convert("L")) for row in rows]


def test_csv_of_kaggle_is_read_in_order(tmp_path: Path) -> None:
    greys = [noise(), noise()]
    rows = [(3, pixel_text(greys[0]), "Training"), (0, pixel_text(greys[1]), "PublicTest")]
    path = write_csv(tmp_path / "fer2013.csv", rows)
    labelled = open_labelled_set(path)
    assert (labelled.format, labelled.has_splits, labelled.has_labels) == ("csv", True, True)
    found = list(labelled.read_rows())
    assert [(r.index, r.name, r.label, r.split) for r in found] == [
        (0, "row 0", "3", "Training"),
        (1, "row 1", "0", "PublicTest"),
    ]
    np.testing.assert_array_equal(greys_of(path), greys)


def test_csv_columns_may_have_spaces_another_order_and_company(tmp_path: Path) -> None:
    header = ("emotion", " Usage", "note", " pixels")
    path = write_csv(tmp_path / "a.csv", [("happy", "Training", "x,y", pixel_text())], header)
    (row,) = open_labelled_set(path).read_rows()
    assert (row.label, row.split) == ("happy", "Training")
    assert row.load().image.size == (48, 48)


def test_csv_of_a_spreadsheet_starts_with_a_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"emotion,pixels\r\n1,{pixel_text()}\r\n", encoding="utf-8-sig")
    (row,) = open_labelled_set(path).read_rows()
    assert (row.label, row.split) == ("1", None)


def test_csv_row_cut_short_has_no_pixels(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("emotion,pixels\n1\n")
    (row,) = open_labelled_set(path).read_rows()
    with pytest.raises(Exception, match="no pixels"):
        row.load()


@pytest.mark.parametrize("name", ["png", "jpg", "jpeg", "jpg_320", "png_48", "jpeg_128"])
def test_parquet_image_column_goes_by_many_names(tmp_path: Path, name: str) -> None:
    grey = noise()
    columns = {name: [encoded(grey)], "label": [2], "row": [9], "src": ["x"]}
    path = write_parquet(tmp_path / "a.parquet", **columns)
    labelled = open_labelled_set(path)
    assert (labelled.format, labelled.n_rows, labelled.has_splits) == ("parquet", 1, False)
    (row,) = labelled.read_rows()
    assert (row.label, row.split, row.points) == (2, None, None)
    np.testing.assert_array_equal(greys_of(path)[0], grey)


@pytest.mark.parametrize(
    ("columns", "wanted"),
    [
        pytest.param(["jpg", "png"], "png", id="lossless"),
        pytest.param(["jpg_64", "jpg", "jpeg_320"], "jpg", id="whole"),
        pytest.param(["jpg_64", "jpg_320"], "jpg_320", id="largest"),
        pytest.param(["png_path", "my_jpg", "image", "jpg_", "JPG"], None, id="none"),
    ],
)
def test_parquet_of_several_image_columns_takes_the_best(
    columns: list[str], wanted: str | None
) -> None:
    assert parquet_file.choose_image_column(columns) == wanted


def test_parquet_label_goes_before_emotion_and_emotion_alone_will_do(tmp_path: Path) -> None:
    both = write_parquet(tmp_path / "a", png=[encoded()], emotion=["sad"], label=[1])
    alone = write_parquet(tmp_path / "b", png=[encoded()], emotion=["sad"], split=["valid"])
    assert [r.label for r in open_labelled_set(both).read_rows()] == [1]
    assert [(r.label, r.split) for r in open_labelled_set(alone).read_rows()] == [("sad", "valid")]


def test_parquet_rows_go_on_over_batches_and_row_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_file, "BATCH_ROWS", 2)
    points = [(FACE_POINTS + k).ravel().tolist() for k in range(7)]
    columns = {"png": [encoded()] * 7, "label": list(range(7)), "points_xy_px": points}
    labelled = open_labelled_set(write_parquet(tmp_path / "a.parquet", **columns))
    rows = list(labelled.read_rows())
    assert labelled.has_points
    assert [(r.index, r.label) for r in rows] == [(k, k) for k in range(7)]
    np.testing.assert_allclose([r.points for r in rows], points)  # type: ignore[arg-type]


def test_parquet_of_one_large_row_group_is_not_taken_into_memory_at_once(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    path = tmp_path / "a.parquet"
    pictures = [rng.bytes(10_000) for _ in range(4000)]
    table = pa.table({"png": pictures, "label": [1] * 4000})
    pq.write_table(table, path, use_dictionary=False)
    size_bytes = path.stat().st_size
    del table, pictures
    before = pa.total_allocated_bytes()
    held = [pa.total_allocated_bytes() - before for _ in open_labelled_set(path).read_rows()]
    assert len(held) == 4000
    assert max(held) < size_bytes / 2


def test_folder_of_class_folders_is_read_with_folders_within(tmp_path: Path) -> None:
    grey = noise()
    files = {
        "happy/b.png": encoded(grey),
        "happy/more/a.PNG": encoded(grey),
        "anger/a.bmp": encoded(grey, "BMP"),
        "contempt/a.png": encoded(grey),
        "happy/.a.png": b"",
        "happy/notes.txt": b"",
        "about.txt": b"",
        ".cache/happy/a.png": b"",
    }
    labelled = open_labelled_set(write_folder(tmp_path, files))
    assert (labelled.format, labelled.n_rows, labelled.has_splits) == ("folder", 4, False)
    assert [(r.name, r.label, r.split) for r in labelled.read_rows()] == [
        ("anger/a.bmp", "anger", None),
        ("contempt/a.png", "contempt", None),
        ("happy/b.png", "happy", None),
        ("happy/more/a.PNG", "happy", None),
    ]
    np.testing.assert_array_equal(greys_of(tmp_path), [grey] * 4)


def test_folder_may_have_splits_above_its_classes(tmp_path: Path) -> None:
    files = {"train/sad/a.png": b"", "validation/sad/a.png": b"", "docs/a.png": b""}
    labelled = open_labelled_set(write_folder(tmp_path, files))
    assert labelled.has_splits
    assert [(r.name, r.label, r.split) for r in labelled.read_rows()] == [
        ("train/sad/a.png", "sad", "train"),
        ("validation/sad/a.png", "sad", "validation"),
    ]


def test_folder_without_class_folders_is_refused(tmp_path: Path) -> None:
    write_folder(tmp_path, {"0/a.png": b"", "1/a.png": b""})
    with pytest.raises(LabelledSetError, match=r"named angry, .* got the folders '0', '1'; name"):
        open_labelled_set(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        pytest.param("a.csv", b"emotion,Usage\n", "`pixels`, but got .* 'emotion'", id="pixels"),
        pytest.param("a.csv", b"", "`pixels`, but got the columns none", id="empty-csv"),
        pytest.param("a.csv", bytes(range(256)), "`pixels`, but got", id="binary-csv"),
        pytest.param("a.parquet", b"PAR1 and then nothing", "whole Parquet file", id="cut"),
        pytest.param("a.parquet", b"", "whole Parquet file", id="empty-parquet"),
    ],
)
def test_file_of_the_wrong_shape_is_refused(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(LabelledSetError, match=told):
        open_labelled_set(tmp_path / name)


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        pytest.param({"image": [b""], "label": [1]}, "a column of image bytes", id="none"),
        pytest.param({"png": ["a.png"], "label": [1]}, "`png` .* bytes, but got string", id="path"),
    ],
)
def test_parquet_without_image_bytes_is_refused(
    tmp_path: Path, columns: dict[str, object], told: str
) -> None:
    path = write_parquet(tmp_path / "a.parquet", **columns)
    with pytest.raises(LabelledSetError, match=told):
        open_labelled_set(path)


def test_parquet_damaged_within_is_refused_when_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"png": [encoded() for _ in range(50)], "label": [1] * 50})
    pq.write_table(table, path, compression="zstd", use_dictionary=False)
    content = bytearray(path.read_bytes())
    content[4:40] = b"\xff" * 36  # the header of the first page
    path.write_bytes(content)
    labelled = open_labelled_set(path)
    with pytest.raises(LabelledSetError, match="got damage near row 0"):
        list(labelled.read_rows())


def test_csv_with_an_endless_field_is_refused_when_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('emotion,pixels\n1,"' + "0 " * 100_000)
    with pytest.raises(LabelledSetError, match="got damage near line 2"):
        list(open_labelled_set(path).read_rows())


def test_path_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LabelledSetError, match="No such file"):
        open_labelled_set(tmp_path / "gone.csv")
