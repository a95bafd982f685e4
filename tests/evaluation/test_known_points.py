from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evaluation.made_sets import FACE_POINTS
from groupaffect.errors import UsageError
from groupaffect.evaluation.known_points import attach_points, load_points, read_points
from groupaffect.evaluation.labelled.pictures import decode_picture
from groupaffect.evaluation.labelled.row import BadRowError, LabelledRow


def rows(n: int) -> list[LabelledRow]:
    return [LabelledRow(k, f"row {k}", lambda: decode_picture(None)) for k in range(n)]


def test_load_points_reads_its_array_beside_others(tmp_path: Path) -> None:
    points = np.stack([FACE_POINTS, np.full((68, 2), np.nan)]).astype(np.float32)
    np.savez(tmp_path / "p.npz", points_xy_px=points, attempt=np.zeros(2))
    np.testing.assert_array_equal(load_points(tmp_path / "p.npz"), points)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(None, "FileNotFoundError", id="gone"),
        pytest.param(b"", "EOFError", id="empty"),
        pytest.param(b"hello", "ValueError", id="text"),
        pytest.param(b"PK\x03\x04 cut", "BadZipFile", id="cut"),
        pytest.param({"other": np.zeros(3)}, "KeyError", id="key"),
        pytest.param({"points_xy_px": np.zeros((4, 136))}, r"shape \(4, 136\)", id="shape"),
        pytest.param({"points_xy_px": np.array(["a"])}, "ValueError", id="words"),
    ],
)
def test_load_points_of_something_else_says_what(
    tmp_path: Path, content: bytes | dict[str, np.ndarray] | None, told: str
) -> None:
    path = tmp_path / "p.npz"
    if isinstance(content, dict):
        np.savez(path, **content)  # type: ignore[arg-type]
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=rf"`--points` must be an .npz .*{told}"):
        load_points(path)


def test_attach_points_gives_each_row_its_own() -> None:
    points = np.stack([FACE_POINTS, FACE_POINTS + 1])
    attached = list(attach_points(rows(2), points))
    np.testing.assert_array_equal([row.points for row in attached], points)  # type: ignore[arg-type]
    assert next(iter(attach_points(rows(2), None))).points is None


@pytest.mark.parametrize(
    ("n_rows", "told"), [(1, "got 1 rows"), (0, "got 0 rows"), (3, "got more than 2 rows")]
)
def test_attach_points_of_other_rows_is_refused(n_rows: int, told: str) -> None:
    with pytest.raises(UsageError, match=f"the 2 faces of `--points` need .*{told}"):
        list(attach_points(rows(n_rows), np.zeros((2, 68, 2))))


def test_read_points_takes_any_nesting() -> None:
    for form in (FACE_POINTS, FACE_POINTS.ravel().tolist(), FACE_POINTS.tolist()):
        np.testing.assert_array_equal(read_points(form), FACE_POINTS)  # type: ignore[arg-type]


def test_read_points_missing_in_part_are_missing() -> None:
    points = FACE_POINTS.copy()
    points[3, 1] = np.nan
    assert read_points(points) is None
    assert read_points(None) is None
    assert read_points([None] * 136) is None


@pytest.mark.parametrize(
    ("points", "reason"),
    [
        pytest.param([1.0] * 134, "134 numbers for 68 points", id="count"),
        pytest.param(["a"] * 136, "no numbers", id="words"),
        pytest.param([[1.0], [1.0, 2.0]], "no numbers", id="ragged"),
    ],
)
def test_read_points_that_are_none_is_bad(points: object, reason: str) -> None:
    with pytest.raises(BadRowError, match=reason):
        read_points(points)
