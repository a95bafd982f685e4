"""Sessions as other tools want them."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest
from pympi import Eaf

from groupaffect.errors import OutputError, UsageError
from groupaffect.evaluation.ratings.opening import read_ratings
from groupaffect.evaluation.ratings.placing import place_ratings
from groupaffect.interchange.exporting import Format, export_session
from groupaffect.session import Session
from groupaffect.types import EMOTIONS
from reference.random_session import make_analysis, make_empty_analysis, write_session

FORMATS: dict[Format, str] = {
    "elan": "r.eaf",
    "rating-sheet": "sheet.csv",
    "py-feat": "pf.csv",
    "openface": "of.csv",
    "csv": "tables",
    "psych-ds": "shared",
}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    folder = tmp_path_factory.mktemp("session") / "talk_1"
    return write_session(folder, make_analysis(n_participants=2, n_s=30))


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, skipinitialspace=True))


def test_py_feat_table_has_its_columns_and_our_values(session: Session, tmp_path: Path) -> None:
    export_session(session, to="py-feat", output=tmp_path / "a" / "pf.csv", source="image")
    rows = read_rows(tmp_path / "a" / "pf.csv")
    faces = session.faces
    assert len(rows) == faces.num_rows
    seen = next(n for n, row in enumerate(rows) if row["FaceScore"])
    for theirs, ours in (("FaceRectX", "face_x"), ("y_67", "y_67"), ("anger", "image_angry")):
        assert np.float32(rows[seen][theirs]) == np.float32(faces[ours][seen].as_py())
    assert sum(float(rows[seen][name]) for name in ("anger", "disgust", "fear", "happiness")) < 1
    assert (rows[seen]["Identity"], rows[seen]["FrameWidth"]) == ("P2", "1280")
    lost = next(row for row in rows if row["Identity"] == "P1")  # the helper loses P1 at first
    assert (lost["FaceRectX"], lost["anger"], lost["frame"]) == ("", "", "0")


def test_py_feat_table_of_fused_mixes_by_the_weights_of_the_window(
    session: Session, tmp_path: Path
) -> None:
    export_session(session, to="py-feat", output=tmp_path / "pf.csv")
    faces, trace = session.faces, session.fusion
    for number, row in enumerate(read_rows(tmp_path / "pf.csv")[:30]):
        image, landmark = (faces[f"{m}_sad"][number].as_py() for m in ("image", "landmark"))
        weight = trace.weight[0, trace.participants.index(row["Identity"])]  # the first 10 s
        if row["sadness"]:
            mixed = weight[0] * image + weight[1] * landmark
            assert float(row["sadness"]) == pytest.approx(mixed, abs=1e-5)


def test_openface_table_counts_frames_from_one(session: Session, tmp_path: Path) -> None:
    export_session(session, to="openface", output=tmp_path / "of.csv")
    header = (tmp_path / "of.csv").read_text(encoding="utf-8").partition("\n")[0]
    assert header.startswith("frame, face_id, timestamp, confidence, success, x_0, x_1")
    rows = read_rows(tmp_path / "of.csv")
    assert (rows[0]["frame"], rows[0]["success"], rows[0]["x_0"]) == ("1", "0", "")
    assert {row["face_id"] for row in rows} == {"0", "1"}
    assert not any(name.startswith("AU") for name in rows[0])


def test_results_for_elan_hold_each_source_and_no_rated_tier(
    session: Session, tmp_path: Path
) -> None:
    export_session(session, to="elan", output=tmp_path / "r.eaf")
    document = Eaf(str(tmp_path / "r.eaf"))
    names = {f"P1 (Ada <b>) {kind}" for kind in ("fused", "image", "landmark", "changes")}
    assert names <= {*document.get_tier_names()}
    assert document.get_parameters_for_tier("P2 fused")["PARTICIPANT"] == "P2"
    signal = session.analysis().signal("P2", "fused")
    label = signal.probability.argmax(axis=1)
    for start_ms, end_ms, word in document.get_annotation_data_for_tier("P2 fused"):
        seconds = range(start_ms // 1000, end_ms // 1000)
        assert {EMOTIONS[label[t]] for t in seconds} == {word}
    n_group = sum(event.kind == "group" for event in session.events)
    group = document.get_annotation_data_for_tier("group changes")
    assert 0 < len(group) <= n_group
    assert all(a[1] <= b[0] for a, b in zip(sorted(group), sorted(group)[1:], strict=False))


def test_sheet_for_elan_has_a_tier_for_each_and_the_seven_words(
    session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "anna.eaf"
    export_session(session, to="rating-sheet", output=path)
    document = Eaf(str(path))
    assert [*document.get_tier_names()] == ["P1 (Ada <b>)", "P2"]
    words = [values[0][0] for values, _ in document.get_cv_entries("emotions").values()]
    assert words == [*EMOTIONS]
    kind = document.linguistic_types["expression"]
    assert kind["CONTROLLED_VOCABULARY_REF"] == "emotions"
    (media,) = document.media_descriptors
    assert media["RELATIVE_MEDIA_URL"] == "./meeting%20%3C1%3E%20%26%20co.mp4"
    document.add_annotation("P1 (Ada <b>)", 0, 2500, "happy")
    document.to_file(str(path))
    (row,) = place_ratings(read_ratings([path]), [session]).rows
    assert (row.session, row.participant, row.rater, row.emotion) == ("talk_1", "P1", "anna", 3)


def test_sheet_as_csv_is_read_once_filled_in(session: Session, tmp_path: Path) -> None:
    export_session(session, to="rating-sheet", output=tmp_path / "anna.csv")
    path = tmp_path / "anna.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + 2 * 30
    lines[2] = lines[2].replace("P2,P2,", "P2,P2,sad")
    path.write_text("\n".join(lines), encoding="utf-8")
    (row,) = place_ratings(read_ratings([path]), [session]).rows
    assert (row.participant, row.rater, row.start_s, row.emotion) == ("P2", "anna", 0.0, 4)


def test_tidy_csv_holds_every_table(session: Session, tmp_path: Path) -> None:
    export_session(session, to="csv", output=tmp_path / "tables")
    signals = read_rows(tmp_path / "tables" / "signals.csv")
    assert len(signals) == 2 * 3 * 30
    last = session.signals[-1]
    assert np.float32(signals[-1]["happy"]) == np.float32(last.probability[-1, 3])
    faces = read_rows(tmp_path / "tables" / "faces.csv")
    assert len(faces) == session.faces.num_rows
    assert (tmp_path / "tables" / "events.csv").read_bytes() == (
        session.path / "events.csv"
    ).read_bytes()


def test_psych_ds_names_nobody_and_describes_every_column(session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    export_session(session, to="psych-ds", output=folder)
    legal = re.compile(r"([a-z]+-[a-zA-Z0-9]+)(_[a-z]+-[a-zA-Z0-9]+)*_data\.csv")
    tables = sorted((folder / "data").glob("*.csv"))
    assert len(tables) >= 6
    whole = json.loads((folder / "dataset_description.json").read_text(encoding="utf-8"))
    assert {"@context", "@type", "name", "description", "variableMeasured"} <= whole.keys()
    known = {variable["name"] for variable in whole["variableMeasured"]}
    for table in tables:
        assert legal.fullmatch(table.name)
        sidecar = json.loads(table.with_suffix(".json").read_text(encoding="utf-8"))
        described = {v["name"]: v["description"] for v in sidecar["variableMeasured"]}
        columns = {*read_rows(table)[0]}
        assert columns == described.keys() <= known
        assert not [n for n, text in described.items() if text.startswith("see the package")]
    assert not [p for p in folder.rglob("*") if p.is_file() and b"Ada" in p.read_bytes()]


@pytest.mark.parametrize("to", FORMATS)
def test_export_of_a_session_without_anybody_is_whole(tmp_path: Path, to: Format) -> None:
    empty = write_session(tmp_path / "empty", make_empty_analysis())
    export_session(empty, to=to, output=tmp_path / FORMATS[to])
    assert (tmp_path / FORMATS[to]).exists()


@pytest.mark.parametrize("to", FORMATS)
def test_export_twice_gives_equal_bytes_and_replaces_nothing(
    session: Session, tmp_path: Path, to: Format
) -> None:
    for folder in ("a", "b"):
        export_session(session, to=to, output=tmp_path / folder / FORMATS[to])
    files = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*"))
    assert files
    for name in files:
        one, other = tmp_path / "a" / name, tmp_path / "b" / name
        assert one.is_dir() or one.read_bytes() == other.read_bytes()
    with pytest.raises(OutputError, match="needs a free place"):
        export_session(session, to=to, output=tmp_path / "a" / FORMATS[to])


def test_export_that_fails_leaves_nothing(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill_disk(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("groupaffect.interchange.exporting.write_tidy_csv", fill_disk)
    with pytest.raises(OutputError, match="a full disk"):
        export_session(session, to="csv", output=tmp_path / "new" / "tables")
    assert [*tmp_path.iterdir()] == []


def test_export_to_a_wrong_ending_is_refused(session: Session, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"for elan must end in .eaf, but got `r.csv`"):
        export_session(session, to="elan", output=tmp_path / "r.csv")
    with pytest.raises(UsageError, match=r"must end in .csv or .eaf"):
        export_session(session, to="rating-sheet", output=tmp_path / "r.xlsx")
