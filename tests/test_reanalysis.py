"""A session computed again: equal without corrections, right with them, whole at any moment."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from groupaffect.errors import OutputError, UnreadableSessionError, UsageError
from groupaffect.reanalysis import reanalyze, undo_reanalysis
from groupaffect.recording import analyze
from groupaffect.session import Session, load_session
from groupaffect.session.reader import OVERLAY_GONE
from groupaffect.session.replacement import SessionReplacement
from groupaffect.settings import FusionSettings, MediaSettings, Settings
from reference.folded_session import (
    NAMES,
    TABLES,
    make_readings,
    rename,
    table_bytes,
    tree_bytes,
    write_folded,
)
from reference.random_session import make_empty_analysis, write_session

N_S = 24
READINGS = make_readings(N_S, joined_s={"P3": 7.4})
NO_FACES = tuple(name for name in TABLES if name != "faces.parquet")


@pytest.fixture(autouse=True)
def no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write a small file for a report: drawing would take most of the time."""

    def write(session: Session) -> None:
        people = "".join(f"<p>{f.participant} {f.name}</p>" for f in session.participants)
        (session.path / "report.html").write_text(people)

    monkeypatch.setattr("groupaffect.reanalysis.write_report", write)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folded(tmp_path_factory.mktemp("folded") / "s", READINGS).path


@pytest.fixture
def session(tmp_path: Path, template: Path) -> Session:
    return load_session(shutil.copytree(template, tmp_path / "s"))


def test_reanalyze_without_corrections_gives_the_same_bytes(session: Session) -> None:
    before = table_bytes(session.path)
    again = reanalyze(session.path)
    assert table_bytes(session.path) == before
    assert again.events
    assert np.ptp(again.fusion.weight) > 0, "worth comparing"
    assert again.facts == session.facts
    assert len(again.record.reanalyses) == 1


def test_reanalyze_merge_of_a_split_person_undoes_the_split(tmp_path: Path, template: Path) -> None:
    def split(name: str, time_s: float) -> str:
        return "P5" if name == "P2" and time_s >= 11.2 else name

    names = (*NAMES, "P5")
    write_folded(tmp_path / "s", rename(READINGS, split, order=names), names)
    merged = reanalyze(tmp_path / "s", merge="P5,P2")
    assert table_bytes(merged.path) == table_bytes(template)
    assert merged.facts["warnings"] == []


def test_reanalyze_merge_keeps_the_better_of_two_seen_faces(session: Session) -> None:
    before = session.faces
    merged = reanalyze(session.path, merge=["P1,P2"])
    rows = {
        (frame, who): (success, score * quality, x)
        for frame, who, success, score, quality, x in zip(
            *(before[c].to_pylist() for c in ("frame", "participant", "success")),
            *(before[c].to_numpy() for c in ("face_score", "quality", "face_x")),
            strict=True,
        )
    }
    n_both, now = 0, merged.faces
    assert set(now["participant"].to_pylist()) == {"P1", "P3"}
    for frame, who, x in zip(
        now["frame"].to_pylist(),
        now["participant"].to_pylist(),
        now["face_x"].to_numpy(),
        strict=True,
    ):
        if who == "P3":
            continue
        one, other = rows[frame, "P1"], rows[frame, "P2"]
        n_both += one[0] and other[0]
        wanted = max((r for r in (one, other) if r[0]), key=lambda r: r[1], default=one)
        np.testing.assert_equal(x, wanted[2])
    (warning,) = merged.facts["warnings"]
    assert f"P1 and P2, merged into one, were both seen in {n_both} frames" in warning
    assert n_both > 50
    assert reanalyze(session.path).facts["warnings"] == [warning], "it stays true"


def test_reanalyze_swap_puts_exchanged_people_back(tmp_path: Path, template: Path) -> None:
    def exchange(name: str, time_s: float) -> str:
        return {"P1": "P2", "P2": "P1"}.get(name, name) if 8 <= time_s < 13 else name

    write_folded(tmp_path / "s", rename(READINGS, exchange, order=NAMES))
    assert table_bytes(tmp_path / "s") != table_bytes(template)
    swapped = reanalyze(tmp_path / "s", swap="P2,P1@8-0:13")
    assert table_bytes(swapped.path) == table_bytes(template)


def test_reanalyze_swap_takes_the_tile_along_with_the_first_sighting(session: Session) -> None:
    tiles = [[f.tile_column for f in session.participants]]
    for swap in ("P1,P2@5-", "P1,P2@-2"):
        tiles.append([f.tile_column for f in reanalyze(session.path, swap=swap).participants])
    assert tiles == [[1, 2, 3], [1, 2, 3], [2, 1, 3]]


def test_reanalyze_exclude_makes_seconds_missing_and_keeps_the_frames(session: Session) -> None:
    rows = (session.path / "faces.parquet").stat().st_ino
    before, after = session.signals, reanalyze(session.path, exclude=["3-5", "20-"]).signals
    gone = np.isin(np.arange(N_S), [3, 4, 20, 21, 22, 23])
    for old, new in zip(before, after, strict=True):
        for name in ("probability", "coverage", "quality"):
            assert np.isnan(getattr(new, name)[gone]).all()
            if new.source != "fused":  # the weights may differ after the gap
                np.testing.assert_array_equal(getattr(new, name)[~gone], getattr(old, name)[~gone])
    now = load_session(session.path)
    assert now.facts["n_frames"] == session.facts["n_frames"] - 6 * 5
    assert (session.path / "faces.parquet").stat().st_ino == rows
    assert now.group.n_visible[gone].tolist() == [0] * 6
    tables = table_bytes(session.path)
    assert [(e.start_s, e.end_s) for e in reanalyze(session.path).record.excluded] == [
        (3.0, 5.0),
        (20.0, None),
    ]
    assert table_bytes(session.path) == tables, "the next one leaves them out too"


def test_reanalyze_corrections_are_in_the_record_with_their_date(session: Session) -> None:
    reanalyze(session.path, swap="P1,P2@5-", merge="P3,P1", exclude="1-2")
    (made,) = json.loads((session.path / "session.json").read_text())["reanalyses"]
    assert made["corrections"] == [
        {"kind": "merge", "survivor": "P1", "absorbed": "P3"},
        {"kind": "swap", "first": "P1", "second": "P2", "start_s": 5.0, "end_s": None},
        {"kind": "exclude", "start_s": 1.0, "end_s": 2.0},
    ]
    assert made["at"] > "2026"
    assert "numpy" in made["versions"]


def test_reanalyze_settings_change_only_what_comes_after_the_models(session: Session) -> None:
    fixed = replace(session.record.settings, fusion=FusionSettings(rule="fixed"))
    again = reanalyze(session.path, settings=fixed)
    assert set(again.fusion.weight.ravel().tolist()) == {0.5}
    assert again.record.settings == fixed
    assert reanalyze(session.path, preset="paper").record.settings.fusion.rule == "paper"
    np.testing.assert_array_equal(
        again.analysis().signal("P1", "image").probability,
        session.analysis().signal("P1", "image").probability,
    )


def test_reanalyze_names_are_kept_by_the_next(session: Session) -> None:
    named = reanalyze(session.path, names={"P2": "Ada", "r1c3": "Ben"})
    assert [f.name for f in named.participants] == ["P1", "Ada", "Ben"]
    assert named.record.names_given
    assert "Ada" not in (session.path / "session.json").read_text()
    assert [f.name for f in reanalyze(session.path).participants] == ["P1", "Ada", "Ben"]
    with pytest.raises(UsageError, match="one for P1 and P2; name both"):
        reanalyze(session.path, names={"P1": "Ada"})


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"merge": "P2,P9"}, "`P9` must be one of the participants P1, P2, P3, but got nobody"),
        ({"merge": "P2,P3", "swap": "P1,P3"}, "got one that was merged already"),
        ({"merge": "P2"}, r"a merge needs two different participants, but got 'P2'; .* P2,P5"),
        ({"swap": "P1,P2@9-3"}, "a start and a later end"),
        ({"exclude": "24-30"}, "must begin before the end at 24 s, but got 24 s"),
        ({"exclude": "-"}, "a start and a later end"),
        ({"exclude": "0-"}, "exclusions that leave none"),
        ({"preset": "best"}, "the preset must be one of"),
        ({"names": {"P7": "Ada"}}, "about one of P1, P2, P3, but got 'P7'; write one of them.$"),
        ({"names": {"9": "Ada"}}, "row 1 of the names .* but got '9'; "),
        ({"names": {"r9c9": "Ada"}}, r"about one of r1c1 \(P1\), .*; write one of them\.$"),
    ],
)
def test_reanalyze_wrong_use_changes_nothing(
    session: Session, wrong: dict[str, str], words: str
) -> None:
    before = tree_bytes(session.path.parent)
    with pytest.raises(UsageError, match=words):
        reanalyze(session.path, **wrong)
    assert tree_bytes(session.path.parent) == before


def test_reanalyze_other_media_settings_are_refused(session: Session) -> None:
    made = session.record.settings
    other = replace(made, media=replace(made.media, every=2))
    with pytest.raises(UsageError, match=r"media\.every must stay 1 in a reanalysis, but got 2"):
        reanalyze(session.path, settings=other)


def test_undo_restores_every_byte_one_result_at_a_time(session: Session) -> None:
    (session.path / "report.html").write_text("first")
    states = [tree_bytes(session.path)]
    for change in ({"merge": "P1,P2"}, {"exclude": "2-3"}):
        reanalyze(session.path, **change)
        states.append(tree_bytes(session.path))
    assert (session.path / "history/1/report.html").read_text() == "first"
    for wanted in (states[1], states[0]):
        undo_reanalysis(session.path)
        assert tree_bytes(session.path) == wanted
    with pytest.raises(UsageError, match="none in its history"):
        undo_reanalysis(session.path)


def test_history_shares_the_frames_where_they_are_unchanged(session: Session) -> None:
    frames = session.path / "faces.parquet"
    reanalyze(session.path, exclude="1-2")
    assert frames.samefile(session.path / "history/1/faces.parquet")
    reanalyze(session.path, merge="P1,P2")
    assert not frames.samefile(session.path / "history/2/faces.parquet")


def test_history_on_a_disk_without_links_is_copied(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    before = table_bytes(session.path)
    monkeypatch.setattr(os, "link", refuse)
    reanalyze(session.path)
    assert table_bytes(session.path) == table_bytes(session.path / "history/1") == before


def test_overlay_of_the_old_result_goes_into_history_with_a_warning(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[tuple[str, ...]] = []
    note = lambda session: reported.append(session.warnings)  # noqa: E731
    monkeypatch.setattr("groupaffect.reanalysis.write_report", note)
    (session.path / "overlay.mp4").write_bytes(b"video")
    again = reanalyze(session.path)
    assert again.warnings == (OVERLAY_GONE,)
    assert reported == [again.warnings]
    assert not (session.path / "overlay.mp4").exists()
    assert (session.path / "history/1/overlay.mp4").read_bytes() == b"video"
    assert reanalyze(session.path).warnings == ()
    assert undo_reanalysis(session.path).warnings == (OVERLAY_GONE,)
    assert undo_reanalysis(session.path).warnings == ()


def test_warning_of_a_gone_overlay_ends_with_a_new_one(session: Session) -> None:
    (session.path / "overlay.mp4").write_bytes(b"video")
    again = reanalyze(session.path)
    (session.path / "overlay.mp4").write_bytes(b"new video")
    assert again.warnings == load_session(session.path).warnings == ()


def test_files_of_other_people_stay(session: Session) -> None:
    (session.path / "notes").mkdir()
    (session.path / "notes/mine.txt").write_text("years")
    left = session.path / ".report.html.writing-1-abcdef01"
    left.mkdir()
    reanalyze(session.path)
    undo_reanalysis(session.path)
    assert (session.path / "notes/mine.txt").read_text() == "years"
    assert not left.exists()


@pytest.mark.parametrize("step", ["rewrite_frames", "write_results", "write_report"])
def test_reanalyze_on_a_full_disk_leaves_the_session_as_it_was(
    session: Session, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = tree_bytes(session.path.parent)
    monkeypatch.setattr(f"groupaffect.reanalysis.{step}", full)
    wanted = rf"the session could not be written whole, but got a full disk.*: {session.path}\.$"
    with pytest.raises(OutputError, match=wanted):
        reanalyze(session.path, merge="P1,P2")
    assert tree_bytes(session.path.parent) == before


KILLED = """
import os, signal, sys
import groupaffect.reanalysis as reanalysis
import groupaffect.session.folder as folder
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
reanalysis.write_report = lambda session: None
exec(sys.argv[2] + " = die")
reanalysis.reanalyze(sys.argv[1], merge="P1,P2")
"""


@pytest.mark.parametrize(
    ("moment", "is_new"),
    [
        pytest.param("reanalysis.write_results", False, id="half-written"),
        pytest.param("folder._put_in_place", False, id="whole-but-not-in-place"),
        pytest.param("folder.shutil.rmtree", True, id="in-place"),
    ],
)
def test_killed_reanalysis_leaves_one_whole_session(
    session: Session, moment: str, is_new: bool
) -> None:
    before = tree_bytes(session.path)
    run = subprocess.run(
        [sys.executable, "-c", KILLED, str(session.path), moment],
        env=os.environ | {"PYTHONPATH": str(Path("src").absolute())},
        check=False,
    )
    assert run.returncode == -signal.SIGKILL
    assert (tree_bytes(session.path) != before) == is_new
    people = [f.participant for f in load_session(session.path).analysis().participants]
    assert people == (["P1", "P3"] if is_new else ["P1", "P2", "P3"])
    assert len(list(session.path.parent.iterdir())) == 2
    reanalyze(session.path, exclude="1-2")
    assert list(session.path.parent.iterdir()) == [session.path]


def test_two_reanalyses_at_once_one_wins(session: Session) -> None:
    with SessionReplacement(session.path) as first:
        with pytest.raises(OutputError, match="got another run that is changing it"):
            reanalyze(session.path)
        assert first.session.path == session.path
    reanalyze(session.path)


def test_reanalysis_of_a_session_replaced_meanwhile_changes_nothing(
    session: Session, tmp_path: Path
) -> None:
    with SessionReplacement(session.path) as late:
        other = write_folded(tmp_path / "other", READINGS[:5])
        session.path.rename(tmp_path / "old")
        other.path.rename(session.path)
        with pytest.raises(OutputError, match="another run that is changing it"):
            late.finish()
    assert load_session(session.path).facts == other.facts


def test_reanalyze_of_the_first_schema_needs_no_new_keys(session: Session) -> None:
    path = session.path / "session.json"
    values = json.loads(path.read_text())
    for name in ("names_given", "reanalyses"):
        del values[name]
    del values["analysis"]["lasting_warnings"]
    values["analysis"]["warnings"] = ["110 of 157 frames could be decoded."]
    path.write_text(json.dumps(values))
    tables = table_bytes(session.path)
    again = reanalyze(session.path)
    assert table_bytes(session.path) == tables
    assert again.facts["warnings"] == ["110 of 157 frames could be decoded."]


def test_reanalyze_without_anybody_keeps_what_is_known(tmp_path: Path) -> None:
    nobody = write_session(tmp_path / "s", make_empty_analysis(n_s=5))
    again = reanalyze(nobody.path)
    assert table_bytes(again.path, ["group.csv"]) == table_bytes(
        again.path / "history/1", ["group.csv"]
    )
    assert again.facts["n_frames"] == 125
    assert again.facts["warnings"] == ["No face was seen in any analysed frame."]


def test_reanalyze_of_no_session_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSessionError, match="no such folder"):
        reanalyze(tmp_path / "gone")
    assert list(tmp_path.iterdir()) == []


def damage_order(path: Path) -> None:
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    pq.write_table(table.slice(0, table.num_rows - 1), path)


def damage_bytes(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


@pytest.mark.parametrize(
    ("damage", "merge"),
    [(damage_order, "P1,P2"), (damage_bytes, "P1,P2"), (damage_bytes, ())],
    ids=["row-missing", "cut", "cut-and-nothing-to-merge"],
)
def test_reanalyze_of_damaged_frames_names_the_session_and_changes_nothing(
    session: Session, damage: Callable[[Path], None], merge: str | tuple[()]
) -> None:
    damage(session.path / "faces.parquet")
    before = tree_bytes(session.path)
    with pytest.raises(UnreadableSessionError, match=r"a whole table `faces\.parquet`") as caught:
        reanalyze(session.path, merge=merge)
    assert str(session.path) in str(caught.value)
    assert ".writing-" not in str(caught.value)
    assert tree_bytes(session.path) == before


def test_name_that_cannot_be_drawn_is_a_warning_while_it_lasts(session: Session) -> None:
    told = "Figures and overlay show the id of P2: their font lacks letters of the name."
    n_before = len(session.warnings)
    assert reanalyze(session.path, names={"P2": "\u540d\u524d"}).warnings[-1] == told
    assert reanalyze(session.path, exclude="2-3").warnings[-1] == told
    assert len(reanalyze(session.path, names={"P2": "Ada"}).warnings) == n_before


def test_reanalyze_of_a_real_recording_gives_the_same_bytes(
    tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("groupaffect.recording.write_report", lambda _: None)
    settings = Settings(media=MediaSettings(end_s=4.0, every=5))
    room = data_dir / "clips/groups/three_people_talking.avi"
    session = analyze(room, output=tmp_path / "s", settings=settings, names={"P2": "Ada", "9": "B"})
    before = table_bytes(session.path)
    assert [f.name for f in session.participants][1] == "Ada"
    assert session.facts["warnings"][-1].startswith("row 2 of the names must be about one of P1")
    again = reanalyze(session.path)
    assert table_bytes(session.path) == before
    assert again.facts["lasting_warnings"] == session.facts["lasting_warnings"]
