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


@pytest.mark.parametrize("tool", ["py-feat", "openface"])
def test_rate_that_the_tables_own_times_contradict_is_told(
    original: Session, tmp_path: Path, tool: str
) -> None:
    export_session(original, to=tool, output=tmp_path / "t.csv", source="image")  # type: ignore[arg-type]
    times = np.unique(column(original, "time"))
    own_hz = 1 / float(np.median(np.diff(times)))
    said = {}
    for rate_hz in (own_hz, 2 * own_hz):
        back = import_table(
            tmp_path / "t.csv",
            tool=tool,  # type: ignore[arg-type]
            rate_hz=rate_hz,
            output=tmp_path / f"{rate_hz:g}",
        )
        np.testing.assert_array_equal(column(back, "time"), column(original, "time"))
        said[rate_hz] = [each for each in back.warnings if "--rate" in each]
    assert said[own_hz] == []
    assert said[2 * own_hz] == [
        f"`--rate {2 * own_hz:g}` was not used: the table has times of its own, by which a second "
        f"has {own_hz:.4g} frames."
    ]


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


def mesh_row(frame: int, *, score: float = 0.9) -> Row:
    """Return a row as Py-Feat's MPDetector writes it: a mesh whose points are x, y, z in turn."""
    box = dict(zip(BOX, (0, 0, 0, 0, 0) if not score else (150, 100, 100, 120, score), strict=True))
    mesh = {f"{axis}_{k}": 100.0 + k for k in range(478) for axis in "xyz"}
    read = dict.fromkeys(FEELINGS, 0.05) | {"sadness": 0.7}
    return {**box, **mesh, **read, "input": "a.mp4", "frame": frame, "Identity": "Person_0"}


def test_a_mesh_is_not_taken_for_68_points(tmp_path: Path) -> None:
    rows = [mesh_row(n, score=0.0 if n >= 50 else 0.9) for n in range(75)]
    path = write_table(tmp_path / "t.csv", rows)
    session = import_table(path, tool="py-feat", rate_hz=25.0, output=tmp_path / "s")
    assert "a mesh of 478" in session.warnings[0]
    assert np.isnan(column(session, "x_0")).all()
    assert np.isnan(column(session, "landmark_sad")).all()
    assert column(session, "image_sad")[0] == pytest.approx(0.7, abs=1e-6)
    fused, image = (session.analysis().signal("P1", source) for source in ("fused", "image"))
    np.testing.assert_allclose(fused.probability, image.probability, atol=1e-6)
    # a box of score 0 is Py-Feat's way to say that nobody was there
    assert session.participants[0].visible_share == pytest.approx(50 / 75)
    assert np.isnan(column(session, "image_sad")[50:]).all()


def test_eighth_emotion_of_newer_tables_is_left_out_and_told(tmp_path: Path) -> None:
    newer = ("Anger", "Disgust", "Fear", "Happy", "Sad", "Surprise", "Neutral")
    rename = dict(zip(FEELINGS, newer, strict=True))
    mesh = {f"mesh_{axis}_{k}": 1.0 for axis in "xyz" for k in range(478)}
    rows = []
    for frame in range(30):
        row = {rename.get(k, k): v for k, v in face_row(frame, "Person_0").items()}
        halved = {name: 0.5 * float(str(row[name])) for name in newer}
        rows.append(row | halved | {"Contempt": 0.5, "valence": 0.1} | mesh)
    path = write_table(tmp_path / "t.csv", rows)
    session = import_table(path, tool="py-feat", rate_hz=25.0, output=tmp_path / "s")
    assert any("contempt was left out (50% on average)" in w for w in session.warnings)
    assert column(session, "image_happy")[0] == pytest.approx(0.7, abs=1e-6)
    assert np.isfinite(column(session, "x_0")).all()  # these points are the 68


def openface_columns(*, with_face_id: bool = True) -> list[str]:
    """Return the columns of OpenFace 2 with everything switched on, in its order."""
    units = (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 25, 26, 45)
    gaze = [f"gaze_{eye}_{axis}" for eye in (0, 1) for axis in "xyz"]
    return [
        *(["frame", "face_id"] if with_face_id else ["frame"]),
        *("timestamp", "confidence", "success"),
        *(*gaze, "gaze_angle_x", "gaze_angle_y"),
        *(f"eye_lmk_{axis}_{k}" for axis in "xyXYZ" for k in range(56)),
        *("pose_Tx", "pose_Ty", "pose_Tz", "pose_Rx", "pose_Ry", "pose_Rz"),
        *(f"{axis}_{k}" for axis in "xyXYZ" for k in range(68)),
        *("p_scale", "p_rx", "p_ry", "p_rz", "p_tx", "p_ty", *(f"p_{k}" for k in range(34))),
        *(f"AU{k:02}_r" for k in units),
        *(f"AU{k:02}_c" for k in sorted((*units, 28))),
    ]


@pytest.mark.parametrize("with_face_id", [True, False])
@pytest.mark.parametrize("separator", [", ", ","])
def test_openfaces_own_table_becomes_a_session(
    tmp_path: Path, with_face_id: bool, separator: str
) -> None:
    columns = openface_columns(with_face_id=with_face_id)
    lines = [separator.join(columns)]
    for frame in range(1, 51):
        success = frame % 10 != 0
        points = 100 * REFERENCE_SHAPE_XY + np.array([200.0, 150.0])
        cell = dict.fromkeys(columns, "0") | {"frame": f"{frame}", "success": f"{success:d}"}
        cell |= {
            "timestamp": f"{(frame - 1) / 30:.3f}",
            "confidence": "0.98" if success else "0.02",
        }
        cell |= {k: f"{v:.1f}" for k, v in zip(LANDMARK_COLUMNS, points.T.ravel(), strict=True)}
        lines.append(separator.join(cell[name] for name in columns))
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    session = import_table(tmp_path / "t.csv", tool="openface", output=tmp_path / "s")
    assert session.facts["n_frames"] == 50
    (person,) = session.participants
    assert person.visible_share == pytest.approx(45 / 50)
    assert column(session, "x_0")[0] == pytest.approx(round(points[0, 0], 1))
    assert column(session, "frame")[0] == 0  # OpenFace counts from 1
    assert np.isfinite(column(session, "landmark_sad")).sum() == 45


def test_openfaces_table_of_images_is_refused(tmp_path: Path) -> None:
    columns = ["face", "confidence", *openface_columns()[5:]]
    text = f"{', '.join(columns)}\n{', '.join('0' for _ in columns)}\n"
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ForeignTableError, match="one without frame, timestamp, success"):
        import_table(tmp_path / "t.csv", tool="openface", output=tmp_path / "s")
