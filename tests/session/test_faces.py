"""The per-frame table, and the rows of people who came late."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from groupaffect.errors import UsageError
from groupaffect.session import SessionWriter, load_session
from groupaffect.session.face_backfill import FrameTimes, backfill_faces
from groupaffect.session.face_table import FaceTableWriter, rows_to_table
from reference.random_session import make_analysis, make_record, make_rows, make_stretch


def write_stretches(
    folder: Path, stretches: list[Any], *, n_participants: int, empty: tuple[int, ...] = ()
) -> Any:  # noqa: ANN401
    with SessionWriter(folder) as writer:
        for frames, names in stretches:
            writer.write_stretch(*make_stretch(frames, names, empty=empty))
        writer.finish(make_analysis(n_participants=n_participants), make_record())
    return load_session(folder).faces


def test_face_row_holds_what_was_observed(tmp_path: Path) -> None:
    observations, image, landmark = make_rows(range(11), ("P1", "P2"))
    table = write_stretches(tmp_path / "s", [(range(11), ("P1", "P2"))], n_participants=2)
    row = table.slice(3, 1).to_pylist()[0]  # frame 1, P2
    left, top, right, bottom = observations.box_xyxy_px[3]
    assert (row["frame"], row["time"], row["participant"]) == (1, 1 / 25, "P2")
    assert [row["face_x"], row["face_y"]] == pytest.approx([left, top], rel=1e-6)
    assert [row["face_width"], row["face_height"]] == pytest.approx(
        [right - left, bottom - top], rel=1e-5
    )
    assert row["x_5"] == pytest.approx(observations.landmark_xy_px[3, 5, 0], rel=1e-6)
    assert row["y_67"] == pytest.approx(observations.landmark_xy_px[3, 67, 1], rel=1e-6)
    assert row["image_angry"] == pytest.approx(image.probability[3, 0], rel=1e-6)
    assert row["landmark_neutral"] == pytest.approx(landmark.probability[3, 6], rel=1e-6)
    assert row["success"] is True
    unseen = table.slice(20, 1).to_pylist()[0]  # frame 10, P1
    assert unseen["success"] is False
    assert np.isnan([unseen["face_x"], unseen["x_0"], unseen["image_sad"]]).all()


def test_late_joiner_gets_rows_from_the_first_frame(tmp_path: Path) -> None:
    stretches = [(range(4), ("P1",)), (range(4, 6), ("P1", "P2"))]
    table = write_stretches(tmp_path / "s", stretches, n_participants=2)
    assert table["frame"].to_pylist() == [f for f in range(6) for _ in range(2)]
    assert table["participant"].to_pylist() == ["P1", "P2"] * 6
    success = np.array(table["success"].to_pylist())
    assert not success[1:8:2].any()
    assert success[9:].all()
    assert np.isnan(table["y_3"].to_numpy()[1:8:2]).all()
    np.testing.assert_array_equal(table["time"].to_numpy(), table["frame"].to_numpy() / 25)


def test_frames_without_anybody_get_rows(tmp_path: Path) -> None:
    table = write_stretches(
        tmp_path / "s", [(range(5, 8), ("P1",))], n_participants=1, empty=tuple(range(10))
    )
    assert table["frame"].to_pylist() == list(range(10))
    assert table["success"].to_pylist() == [False] * 5 + [True] * 3 + [False] * 2


def test_backfilled_table_equals_obvious_twin_over_many_row_groups(tmp_path: Path) -> None:
    stretches = [(range(9), ("P2",)), (range(9, 40), ("P1", "P2", "P3"))]
    writer = FaceTableWriter(tmp_path / "before", rows_per_group=7)
    known = {}
    for frames, names in stretches:
        observations, image, landmark = make_rows(frames, names)
        rows = rows_to_table(observations, image=image, landmark=landmark)
        known |= {(row["frame"], row["participant"]): row["x_0"] for row in rows.to_pylist()}
        writer.write(rows)
    writer.close()

    everybody = ("P1", "P2", "P3")
    frames = FrameTimes(np.arange(42), np.arange(42) / 25)
    backfill_faces(tmp_path / "before", tmp_path / "after", frames=frames, participants=everybody)

    table = pq.read_table(tmp_path / "after")
    twin = [(f, p, known.get((f, p), float("nan"))) for f in range(42) for p in everybody]
    columns = (table[name].to_pylist() for name in ("frame", "participant", "x_0"))
    for found, wanted in zip(zip(*columns, strict=True), twin, strict=True):
        assert found[:2] == wanted[:2]
        assert found[2] == pytest.approx(wanted[2], nan_ok=True)


def test_row_groups_are_cut_at_the_same_rows(tmp_path: Path) -> None:
    writer = FaceTableWriter(tmp_path / "f.parquet", rows_per_group=30)
    for frames in (range(50), range(50, 70)):
        observations, image, landmark = make_rows(frames, ("P1",))
        writer.write(rows_to_table(observations, image=image, landmark=landmark))
    writer.close()
    file = pq.ParquetFile(tmp_path / "f.parquet")
    assert [file.metadata.row_group(n).num_rows for n in range(3)] == [30, 30, 10]


def test_scores_of_other_rows_are_refused(tmp_path: Path) -> None:
    stretch, image, _ = make_stretch(range(3), ("P1",))
    _, _, other = make_rows(range(3, 6), ("P1",))
    with (
        SessionWriter(tmp_path / "s") as writer,
        pytest.raises(UsageError, match="landmark scores must be those"),
    ):
        writer.write_stretch(stretch, image, other)


def test_rows_of_a_stranger_are_refused(tmp_path: Path) -> None:
    with SessionWriter(tmp_path / "s") as writer:
        writer.write_stretch(*make_stretch(range(3), ("P9",)))
        with pytest.raises(UsageError, match="participants must be among: P1, but got P9"):
            writer.finish(make_analysis(n_participants=1), make_record())
    assert list(tmp_path.iterdir()) == []
