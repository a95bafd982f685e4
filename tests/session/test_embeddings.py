"""Embeddings go where their rows go: through late joiners, merges, swaps and forgetting."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from groupaffect.corrections import Merge, Swap
from groupaffect.frame_rewriting import rewrite_frames
from groupaffect.reading_fold import Reading
from groupaffect.session import Session, SessionWriter, load_session
from groupaffect.session.columns import EMBEDDING_COLUMNS, FACES_COLUMNS
from groupaffect.session.face_reading import iterate_readings
from reference.folded_session import NAMES, make_readings
from reference.random_session import make_analysis, make_record

WIDTHS = (6, 3)


def with_embeddings(readings: list[Reading]) -> list[Reading]:
    """Return readings whose embeddings tell frame and participant."""
    made = []
    for stretch, *scores in readings:
        faces = stretch.faces
        tag = faces.frame_index + 0.25 * np.array([int(name[1:]) for name in faces.participant])
        new = [
            replace(s, embedding=np.tile(tag[:, None], (1, width)).astype(np.float32))
            for s, width in zip(scores, WIDTHS, strict=True)
        ]
        made.append((stretch, new[0], new[1]))
    return made


def write(folder: Path, readings: list[Reading]) -> Session:
    with SessionWriter(folder) as writer:
        for reading in readings:
            writer.write_stretch(*reading)
        analysis = make_analysis(n_participants=3, n_s=len(readings))
        writer.finish(analysis, make_record(n_s=float(len(readings))))
    return load_session(folder)


def tags(path: Path) -> dict[tuple[int, str], float]:
    found = {}
    for stretch, image, landmark in iterate_readings(path, with_embeddings=True):
        faces = stretch.faces
        assert image.embedding is not None
        assert landmark.embedding is not None
        assert (image.embedding.shape[1], landmark.embedding.shape[1]) == WIDTHS
        np.testing.assert_array_equal(image.embedding[:, :3], landmark.embedding)
        rows = zip(faces.frame_index.tolist(), faces.participant.tolist(), strict=True)
        found |= dict(zip(rows, image.embedding[:, 0].tolist(), strict=True))
    return found


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return write(tmp_path / "s", with_embeddings(make_readings(12, joined_s={"P3": 4.4})))


def test_rows_keep_their_embeddings_and_late_joiners_have_none_before(session: Session) -> None:
    assert session.has_embeddings
    found = tags(session.path / "faces.parquet")
    assert len(found) == 12 * 5 * 3
    for (frame, who), tag in found.items():
        if who == "P3" and frame < 22:
            assert np.isnan(tag)
        else:
            assert tag == frame + 0.25 * int(who[1:])


def test_readings_come_without_embeddings_unless_asked_for(session: Session) -> None:
    _, image, landmark = next(session.iterate_readings())
    assert image.embedding is None
    assert landmark.embedding is None


def test_merge_and_swap_take_embeddings_along(session: Session, tmp_path: Path) -> None:
    source = session.path / "faces.parquet"
    rewrite_frames(source, tmp_path / "a", corrections=[Swap("P1", "P2", 0.0, 2.0)])
    for (frame, who), tag in tags(tmp_path / "a").items():
        other = {"P1": "P2", "P2": "P1"}.get(who, who) if frame < 10 else who
        assert tag == frame + 0.25 * int(other[1:]) or (who == "P3" and np.isnan(tag))
    rewrite_frames(source, tmp_path / "b", corrections=[Merge("P1", "P3")])
    wanted = pq.read_table(tmp_path / "b", columns=["x_0"])["x_0"].to_numpy()
    before = pq.read_table(source, columns=["x_0", "frame", "participant"]).to_pylist()
    origin = {(row["frame"], row["x_0"]): row["participant"] for row in before if row["x_0"]}
    merged = [(key, tag) for key, tag in tags(tmp_path / "b").items()]
    for ((frame, who), tag), x in zip(merged, wanted, strict=True):
        if who == "P1" and not np.isnan(x):
            assert tag == frame + 0.25 * int(origin[frame, float(np.float32(x))][1:])


def test_forgotten_rows_take_their_embeddings_with_them(session: Session, tmp_path: Path) -> None:
    rewrite_frames(session.path / "faces.parquet", tmp_path / "a", without=["P2"])
    assert {who for _, who in tags(tmp_path / "a")} == {"P1", "P3"}


def test_sessions_without_embeddings_have_the_columns_they_had(tmp_path: Path) -> None:
    plain = write(tmp_path / "s", make_readings(3))
    assert tuple(plain.faces.column_names) == FACES_COLUMNS
    assert not plain.has_embeddings


def test_embeddings_are_half_precision(session: Session) -> None:
    table = session.faces
    assert tuple(table.column_names) == (*FACES_COLUMNS, *EMBEDDING_COLUMNS)
    assert str(table.schema.field("image_embedding").type.value_type) == "halffloat"
    assert NAMES == ("P1", "P2", "P3")
