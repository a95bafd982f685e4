"""Other tools' tables as sessions."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from groupaffect.errors import ForeignTableError, UsageError
from groupaffect.expression.landmark_model import score_landmarks
from groupaffect.interchange.exporting import export_session
from groupaffect.interchange.importing import import_table
from groupaffect.reference_shape import REFERENCE_SHAPE_XY
from groupaffect.session import Session
from groupaffect.session.columns import LANDMARK_COLUMNS
from groupaffect.types import EMOTIONS, FaceObservations
from reference.random_session import make_analysis, write_session

BOX = ("FaceRectX", "FaceRectY", "FaceRectWidth", "FaceRectHeight", "FaceScore")
FEELINGS = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
Row = dict[str, object]


def face_row(frame: int, identity: str, *, happy: float = 0.7, score: float = 0.9) -> Row:
    points = 100 * REFERENCE_SHAPE_XY + np.array([200.0, 150.0]) + frame % 3
    rest = (1 - happy) / 6
    read = {name: happy if name == "happiness" else rest for name in FEELINGS}
    box = dict(zip(BOX, (150, 100, 100, 120, score), strict=True))
    marks = dict(zip(LANDMARK_COLUMNS, points.T.ravel(), strict=True))
    return {"frame": frame, "Identity": identity, **box, **marks, **read}


def write_table(path: Path, rows: list[Row], *, drop: tuple[str, ...] = ()) -> Path:
    columns = [name for name in rows[0] if name not in drop]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def two_people(n_frames: int = 100) -> list[Row]:
    """Return rows of two people, of whom Person_1 comes later and is lost in every tenth frame."""
    rows = []
    for frame in range(n_frames):
        rows.append(face_row(frame, "Person_0"))
        if frame >= 25 and frame % 10:
            rows.append(face_row(frame, "Person_1", happy=0.1))
    return rows


@pytest.fixture(autouse=True)
def no_report(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the report, which takes most of the time, unless a test asks for it."""
    if "with_report" not in request.fixturenames:
        monkeypatch.setattr("groupaffect.interchange.importing.rebuild_report", lambda _: None)


@pytest.fixture
def with_report() -> None:
    """Ask for the report."""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Session:
    folder = tmp_path_factory.mktemp("original") / "talk"
    return write_session(folder, make_analysis(n_participants=3, n_s=1))


def column(session: Session, name: str) -> np.ndarray:
    return np.asarray(session.faces[name].to_numpy(), dtype=np.float64)


@pytest.mark.parametrize("tool", ["py-feat", "openface"])
def test_own_export_comes_back_as_it_was(original: Session, tmp_path: Path, tool: str) -> None:
    export_session(original, to=tool, output=tmp_path / "t.csv", source="image")  # type: ignore[arg-type]
    back = import_table(tmp_path / "t.csv", tool=tool, output=tmp_path / "back")  # type: ignore[arg-type]
    assert back.faces["participant"].to_pylist() == original.faces["participant"].to_pylist()
    assert back.faces["success"].to_pylist() == original.faces["success"].to_pylist()
    for name in ("frame", "time", "face_score", *LANDMARK_COLUMNS):
        np.testing.assert_array_equal(column(back, name), column(original, name))
    image = [f"image_{emotion}" for emotion in EMOTIONS]
    for name in image:
        if tool == "py-feat":
            np.testing.assert_allclose(column(back, name), column(original, name), atol=1e-6)
        else:
            assert np.isnan(column(back, name)).all()
    with_values = [s for s in back.signals if np.isfinite(s.probability).any()]
    assert {s.source for s in with_values} == (
        {"image", "landmark", "fused"} if tool == "py-feat" else {"landmark", "fused"}
    )


def test_landmark_model_reads_the_tools_points(original: Session, tmp_path: Path) -> None:
    export_session(original, to="openface", output=tmp_path / "t.csv")
    back = import_table(tmp_path / "t.csv", tool="openface", output=tmp_path / "back")
    (stretch, _, read), *_ = back.iterate_readings()
    faces: FaceObservations = stretch.faces
    again = score_landmarks(faces, scorable=faces.success)
    np.testing.assert_allclose(read.probability, again.probability, atol=1e-6)


def test_py_feats_own_table_becomes_a_session(tmp_path: Path, with_report: None) -> None:
    path = write_table(tmp_path / "t.csv", two_people())
    session = import_table(path, tool="py-feat", rate_hz=25.0, output=tmp_path / "s")
    assert [(p.participant, p.name) for p in session.participants] == [
        ("P1", "Person_0"),
        ("P2", "Person_1"),
    ]
    assert session.participants[1].first_s == pytest.approx(1.0)
    assert session.analysed_s == pytest.approx(4.0)
    image = session.analysis().signal("P1", "image")
    assert image.probability[:, 3] == pytest.approx(0.7, abs=1e-5)
    late = session.analysis().signal("P2", "image")
    assert np.isnan(late.probability[0]).all()
    assert late.coverage[2] == pytest.approx(22 / 25)  # frames 50, 60 and 70 are lost
    assert (session.path / "report.html").is_file()
    assert "Py-Feat's, not this package's" in session.warnings[0]
    assert session.record.media.container == "table of Py-Feat"
    assert session.faces.num_rows == 2 * 100


def test_frames_without_a_face_count_as_analysed(tmp_path: Path) -> None:
    rows = two_people(50)
    rows += [dict.fromkeys(rows[0], "") | {"frame": frame} for frame in range(50, 75)]
    path = write_table(tmp_path / "t.csv", rows)
    session = import_table(path, tool="py-feat", rate_hz=25.0, output=tmp_path / "s")
    assert session.facts["n_frames"] == 75
    assert session.participants[0].visible_share == pytest.approx(50 / 75)
    assert session.analysis().signal("P1", "image").coverage[2] == 0


def test_second_face_of_one_person_is_left_out_and_told(tmp_path: Path) -> None:
    rows = [*two_people(30), face_row(29, "Person_0", happy=0.2, score=0.95)]
    path = write_table(tmp_path / "t.csv", rows)
    session = import_table(path, tool="py-feat", rate_hz=25.0, output=tmp_path / "s")
    assert any("1 rows were second faces" in warning for warning in session.warnings)
    assert column(session, "image_happy")[-2] == pytest.approx(0.2)  # the surer one stays


def test_newer_names_of_emotions_and_one_unnamed_person_are_read(tmp_path: Path) -> None:
    newer = ("Anger", "Disgust", "Fear", "Happy", "Sad", "Surprise", "Neutral")
    rename = dict(zip(FEELINGS, newer, strict=True))
    rows = [{rename.get(k, k): v for k, v in face_row(n, "").items()} for n in range(30)]
    path = write_table(tmp_path / "t.csv", rows, drop=("Identity",))
    session = import_table(path, tool="py-feat", rate_hz=25.0, output=tmp_path / "s")
    assert [p.name for p in session.participants] == ["P1"]
    assert session.signals[0].probability[0, 3] == pytest.approx(0.7, abs=1e-5)


def test_emotions_that_are_no_shares_are_left_out_and_told(tmp_path: Path) -> None:
    rows = [face_row(n, "a") for n in range(30)]
    rows[3] |= {"anger": -1.0}
    path = write_table(tmp_path / "t.csv", rows)
    session = import_table(path, tool="py-feat", rate_hz=25.0, output=tmp_path / "s")
    assert any("1 rows have emotions that are no shares" in w for w in session.warnings)
    assert np.isnan(column(session, "image_happy")).tolist() == [n == 3 for n in range(30)]


Spoil = Callable[[list[Row]], list[Row]]


@pytest.mark.parametrize(
    ("spoil", "drop", "told"),
    [
        pytest.param(list, ("FaceRectX",), "one without FaceRectX", id="box"),
        pytest.param(list, ("sadness",), "seven emotions, but got one with anger", id="emotion"),
        pytest.param(list, ("Identity",), "who is who", id="identity"),
        pytest.param(
            lambda r: [r[0] | {"frame": ""}], (), "`frame` must be .* nan in line 2", id="f"
        ),
        pytest.param(lambda r: [r[0] | {"x_3": "left"}], (), "must be whole", id="text"),
        pytest.param(
            lambda r: [row | {"time": 5 - int(str(row["frame"]))} for row in r],
            (),
            "times must rise",
            id="back in time",
        ),
    ],
)
def test_table_that_cannot_be_mapped_leaves_nothing(
    tmp_path: Path, spoil: Spoil, drop: tuple[str, ...], told: str
) -> None:
    path = write_table(tmp_path / "t.csv", spoil(two_people(40)), drop=drop)
    with pytest.raises(ForeignTableError, match=told):
        import_table(path, tool="py-feat", rate_hz=25.0, output=tmp_path / "s")
    assert [p.name for p in tmp_path.iterdir()] == ["t.csv"]


@pytest.mark.parametrize("content", [b"", b"frame\n", b"\xff\xfe\x00", b"a,b\n1,2\n"])
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    for path in (tmp_path / "t.csv", tmp_path / "gone.csv"):
        with pytest.raises(ForeignTableError, match="the table must"):
            import_table(path, tool="openface", output=tmp_path / "s")


@pytest.mark.parametrize(("rate_hz", "told"), [(None, "no `--rate`"), (0.0, "above 0")])
def test_py_feats_own_table_needs_a_rate(tmp_path: Path, rate_hz: float | None, told: str) -> None:
    path = write_table(tmp_path / "t.csv", two_people(30))
    with pytest.raises(UsageError, match=told):
        import_table(path, tool="py-feat", rate_hz=rate_hz, output=tmp_path / "s")
