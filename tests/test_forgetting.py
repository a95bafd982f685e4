"""Somebody is removed: the rest is as if they had never been there, and nothing names them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from groupaffect.cautions import NOBODY_LEFT
from groupaffect.errors import OutputError, UsageError
from groupaffect.forgetting import forget, list_deleted
from groupaffect.reading_fold import Reading
from groupaffect.reanalysis import reanalyze
from groupaffect.report import write_report
from groupaffect.session import Session, load_session
from groupaffect.session.replacement import SessionReplacement
from groupaffect.session.traces import find_traces
from reference.folded_session import (
    NAMES,
    make_readings,
    rename,
    table_bytes,
    tree_bytes,
    write_folded,
)

N_S = 16
READINGS = make_readings(N_S)
WARNING = "P2 and P9, merged into one, were both seen in 3 frames; the better face was kept."


@pytest.fixture(autouse=True)
def short_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write a small report that names everybody: drawing would take most of the time."""

    def write(session: Session) -> None:
        people = "".join(f"<p>{f.participant} {f.name}</p>" for f in session.participants)
        (session.path / "report.html").write_text(people)
        (session.path / "figures").mkdir()
        for facts in session.participants:
            (session.path / f"figures/expressions_{facts.participant}.svg").write_text("<svg/>")

    monkeypatch.setattr("groupaffect.reanalysis.write_report", write)
    monkeypatch.setattr("groupaffect.forgetting.write_report", write)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("folded") / "s"
    return write_folded(folder, READINGS, lasting_warnings=(WARNING, "A warning.")).path


@pytest.fixture
def session(tmp_path: Path, template: Path) -> Session:
    return load_session(shutil.copytree(template, tmp_path / "s"))


def without(names: Sequence[str]) -> list[Reading]:
    kept = []
    for stretch, *scores in READINGS:
        rows = np.isin(stretch.faces.participant, names, invert=True)
        faces = stretch.faces.where(rows)
        kept.append(
            (
                type(stretch)(stretch.frame_index, stretch.frame_time_s, faces),
                *(
                    type(s)(s.model, s.time_s[rows], s.participant[rows], s.probability[rows])
                    for s in scores
                ),
            )
        )
    return kept


def test_forget_leaves_what_an_analysis_without_them_gives(
    session: Session, tmp_path: Path
) -> None:
    never = write_folded(tmp_path / "never", without(["P2"]), ("P1", "P3"))
    done = forget(session.path, ["P2"])
    assert table_bytes(session.path) == table_bytes(never.path)
    assert [f.participant for f in done.participants] == ["P2"]
    assert done.traces.found == done.traces.unread == ()
    assert done.media == "meeting <1> & co.mp4"
    assert load_session(session.path).facts["warnings"] == ["A warning."]


def test_forget_by_name_goes_through_history_and_corrections(
    session: Session,
) -> None:
    reanalyze(session.path, names={"P2": "Ada", "P3": "Ada Lovelace"})
    reanalyze(session.path, swap=["P1,P2@1-3", "P1,P3@1-3"], exclude="4-5")
    (session.path / "overlay.mp4").write_bytes(b"\x00\xff")
    (session.path / "profiles").mkdir()
    for name in ("P2.json", "P3.json"):
        (session.path / "profiles" / name).write_text("{}")
    listed = list_deleted(load_session(session.path))
    done = forget(session.path, ["ada"])
    assert listed == done.deleted == ("history", "overlay.mp4")
    assert done.traces.found == ("profiles/P2.json",)
    left = set(tree_bytes(session.path))
    assert not left & {"history/1/session.json", "overlay.mp4"}
    assert {"profiles/P2.json", "profiles/P3.json", "figures/expressions_P3.svg"} <= left
    assert "figures/expressions_P2.svg" not in left
    now = load_session(session.path)
    made = [c for r in now.record.reanalyses for c in r.corrections]
    assert len(made) == 2, "those that are about others stay"
    assert now.record.reanalyses[-1].n_forgotten == 1
    assert [f.name for f in now.participants] == ["P1", "Ada Lovelace"]
    assert list(session.path.parent.iterdir()) == [session.path]


@pytest.mark.parametrize("word", ["P4", "zoe"])
def test_forget_by_what_they_were_called_before_removes_all_of_it(
    tmp_path: Path, word: str
) -> None:
    """P4 was Zoe and became P2, who was Ada and is Bea."""
    names = (*NAMES, "P4")
    write_folded(tmp_path / "s", make_readings(6, names), names)
    reanalyze(tmp_path / "s", names={"P2": "Ada", "P4": "Zoe"})
    reanalyze(tmp_path / "s", names={"P2": "Bea"}, merge="P4,P2")
    for name in ("Zoe", "ada", "bea_1", "P1", "P4", "Zoey"):
        (tmp_path / "s" / f"{name}.txt").write_text("a note")
    (tmp_path / "s/notes.txt").write_text("Met P4 and zoe.")
    done = forget(tmp_path / "s", [word])
    assert [f.participant for f in done.participants] == ["P2"]
    assert done.deleted == ("history",)
    named = ("P4.txt", "Zoe.txt", "ada.txt", "bea_1.txt")
    assert done.traces.found == tuple(sorted((*named, "notes.txt")))
    assert not any(r.corrections for r in load_session(tmp_path / "s").record.reanalyses)
    assert load_session(tmp_path / "s").facts["warnings"] == [], "that of the merge named P4"
    left = tree_bytes(tmp_path / "s")
    assert not [n for n, content in left.items() if b"Bea" in content or b"Ada" in content]
    assert {"P1.txt", "Zoey.txt", *named} <= left.keys(), "somebody's own files are never deleted"


def test_forget_leaves_alone_what_is_now_the_name_of_somebody_else(session: Session) -> None:
    reanalyze(session.path, names={"P2": "Ada", "P3": "Ben"})
    reanalyze(session.path, names={"P2": "Ben", "P3": "Ada"})
    for name in ("Ada", "Ben"):
        (session.path / f"{name}.txt").write_text(name)
    with pytest.raises(UsageError, match="`Ada` must have been the name of one participant"):
        forget(session.path, ["Ada"])
    done = forget(session.path, ["P2"])
    assert (done.deleted, done.traces.found) == (("history",), ("Ben.txt",))
    assert load_session(session.path).participants[1].name == "Ada"
    assert (session.path / "Ada.txt").exists()


def test_forget_of_somebody_named_like_a_table_leaves_the_session_whole(session: Session) -> None:
    reanalyze(session.path, names={"P2": "Group"})
    done = forget(session.path, ["Group"])
    assert [f.participant for f in load_session(session.path).analysis().participants] == [
        *("P1", "P3")
    ]
    assert "session.json" in done.traces.found, "it has a key of that name; people must look"


def test_forget_in_a_folder_named_after_them_finds_its_name(session: Session) -> None:
    reanalyze(session.path, names={"P2": "Ada Lovelace"})
    folder = session.path.rename(session.path.parent / "talk-ada_lovelace")
    traces = forget(folder, ["P2"]).traces
    assert traces.found == ("talk-ada_lovelace/",)


def test_forget_deletes_nothing_that_is_not_its_own_and_names_it(
    session: Session, tmp_path: Path
) -> None:
    reanalyze(session.path, names={"P2": "Ada"})
    (tmp_path / "raw").mkdir()
    (session.path / "P2").symlink_to(tmp_path / "raw")
    (session.path / "round").symlink_to(session.path)
    (session.path / "Ada_photos").mkdir()
    (session.path / "Ada_photos/letter.txt").write_text("Dear all")
    (session.path / "protocol_P1_P2.txt").write_text("Two people")
    done = forget(session.path, ["P2"])
    assert done.deleted == ("history",)
    assert done.traces.found == ("Ada_photos/", "P2/", "protocol_P1_P2.txt")
    assert done.traces.unread == ("P2/", "round/")
    assert (session.path / "P2").readlink() == tmp_path / "raw"
    assert (session.path / "Ada_photos/letter.txt").read_text() == "Dear all"
    assert (session.path / "protocol_P1_P2.txt").read_text() == "Two people"


@pytest.mark.parametrize("name", ["Barrett", "Will", "Nobody"])
def test_forget_of_a_word_in_our_own_text_finds_nothing_but_that(
    session: Session, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def write(session: Session) -> None:
        said = " ".join(load_session(session.path).warnings)
        (session.path / "report.html").write_text(f"Barrett will. {said}")

    monkeypatch.setattr("groupaffect.forgetting.write_report", write)
    reanalyze(session.path, names={"P2": name})
    traces = forget(session.path, list(NAMES) if name == "Nobody" else [name]).traces
    assert traces.found == ()
    assert traces.own_text == (() if name == "Nobody" else ("report.html",))


def test_report_beside_a_table_with_the_word_counts_as_found(session: Session) -> None:
    reanalyze(session.path, names={"P2": "Ada"})
    made = find_traces(session.path, ["Ada"])
    assert made.own_text == ()
    assert {"participants.csv", "report.html"} <= {*made.found}
    (session.path / "participants.csv").write_bytes(b"\xff")
    assert "report.html" in find_traces(session.path, ["Ada"]).found, "nobody knows the table"


def test_forget_takes_the_warning_of_a_gone_overlay_along(session: Session) -> None:
    (session.path / "overlay.mp4").write_bytes(b"video")
    assert len(reanalyze(session.path).warnings) == 2 + 1
    forget(session.path, ["P2"])
    assert load_session(session.path).warnings == ("A warning.",)


def test_forget_leaves_nothing_in_the_bytes_of_the_tables(tmp_path: Path) -> None:
    order = ("P1", "P77777", "P3")
    renamed = rename(READINGS, lambda n, _: "P77777" if n == "P2" else n, order=order)
    folder = tmp_path / "s"
    write_folded(folder, renamed, order)
    assert any(b"P77777" in content for content in tree_bytes(folder).values())
    forget(folder, ["P77777"])
    assert not [name for name, content in tree_bytes(folder).items() if b"P77777" in content]


def test_forget_the_last_one_leaves_a_session_with_nobody(session: Session) -> None:
    done = forget(session.path, list(NAMES))
    assert done.traces.found == ()
    empty = load_session(session.path).analysis()
    assert empty.participants == empty.signals == empty.events == ()
    assert empty.groups[0].n_visible.tolist() == [0] * N_S
    assert empty.n_frames == session.facts["n_frames"]
    assert pq.read_metadata(session.path / "faces.parquet").num_rows == 0
    wanted = ("A warning.", NOBODY_LEFT)
    assert empty.warnings == wanted
    assert reanalyze(session.path).warnings == wanted


def test_forget_names_the_files_that_still_name_somebody(session: Session) -> None:
    (session.path / "notes.txt").write_text("P2 was late.")
    (session.path / "sound.bin").write_bytes(b"\xff\xfe\x00")
    done = forget(session.path, ["P2"])
    assert done.traces.found == ("notes.txt",)
    assert done.traces.unread == ("sound.bin",)


def test_forget_somebody_who_is_not_there_changes_nothing(session: Session) -> None:
    before = tree_bytes(session.path.parent)
    with pytest.raises(UsageError, match=r"`P7` must be in the session, but got P1, P2, P3"):
        forget(session.path, ["P7"])
    assert tree_bytes(session.path.parent) == before


def test_forget_during_another_run_changes_nothing(session: Session) -> None:
    with (
        SessionReplacement(session.path),
        pytest.raises(OutputError, match="another run that is changing it"),
    ):
        forget(session.path, ["P2"])
    assert len(load_session(session.path).participants) == 3


def test_forget_that_cannot_delete_the_old_session_says_so(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("groupaffect.session.folder.shutil.rmtree", lambda *_, **__: None)
    with pytest.raises(OutputError, match=r"delete it by hand: .*\.s\.writing"):
        forget(session.path, ["P2"])


def test_search_sees_people_in_a_real_report_and_none_after_they_are_forgotten(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("groupaffect.forgetting.write_report", write_report)
    reanalyze(session.path, names={"P2": "Ada"})
    shutil.rmtree(session.path / "figures")
    write_report(load_session(session.path))
    pages = {"report.html", *(f"figures/{n}.svg" for n in ("seen", "group", "weights"))}
    for word in ("P2", "Ada"):
        assert pages <= {*find_traces(session.path, [word]).found}
    assert forget(session.path, ["Ada"]).traces.found == ()
    assert pages <= tree_bytes(session.path).keys()
