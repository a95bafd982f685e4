"""Somebody is found by whatever they were ever called in their session."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from groupaffect.errors import UnreadableSessionError, UsageError
from groupaffect.reanalysis import reanalyze, undo_reanalysis
from groupaffect.session import Session, load_session
from groupaffect.session.people import find_people, list_people
from reference.folded_session import make_readings, write_folded


@pytest.fixture(autouse=True)
def no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("groupaffect.reanalysis.write_report", lambda _session: None)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a session of P1 (Eve, before Bea), P2 (was P4 too) and P3 (was called Ada)."""
    names = ("P1", "P2", "P3", "P4")
    folder = tmp_path_factory.mktemp("folded") / "s"
    write_folded(folder, make_readings(6, names), names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("groupaffect.reanalysis.write_report", lambda _session: None)
        reanalyze(folder, names={"P1": "Bea", "P3": "Ada", "P4": "Zoe\u0301"})
        reanalyze(folder, names={"P1": "Eve", "P3": "Cy"})
        reanalyze(folder, merge="P4,P2")
    return folder


@pytest.fixture
def session(tmp_path: Path, template: Path) -> Session:
    return load_session(shutil.copytree(template, tmp_path / "s"))


def found_by(session: Session, *who: str) -> list[str]:
    return [person.facts.participant for person in find_people(session, who)]


def test_list_people_gives_every_id_and_name_the_present_ones_first(session: Session) -> None:
    assert [person.words for person in list_people(session)] == [
        ("P1", "Eve", "Bea"),
        ("P2", "P4", "Zo\u00e9"),
        ("P3", "Cy", "Ada"),
    ]


@pytest.mark.parametrize(
    ("word", "who"),
    [
        *(("P1", "P1"), ("eve", "P1"), ("BEA", "P1"), ("p4", "P2"), ("ada", "P3")),
        *(("ZO\u00c9", "P2"), ("zoe\u0301", "P2")),
    ],
)
def test_find_people_by_any_name_in_any_spelling(session: Session, word: str, who: str) -> None:
    assert found_by(session, word) == [who]


def test_find_people_passes_over_strangers_and_gives_each_once(session: Session) -> None:
    assert found_by(session, "Dan", "cy", "P3", "Ada", "P1") == ["P1", "P3"]


def test_find_people_by_a_name_that_two_had_asks_for_an_id(session: Session) -> None:
    reanalyze(session.path, names={"P2": "Bea"})
    again = load_session(session.path)
    with pytest.raises(UsageError, match=r"`bea` must .* got P1 and P2; give the id instead\.$"):
        find_people(again, ["bea"])
    assert found_by(again, "P1", "P2") == ["P1", "P2"]


def test_find_people_of_an_undone_result_knows_only_what_is_left(session: Session) -> None:
    undo_reanalysis(session.path)
    assert found_by(load_session(session.path), "P4") == ["P4"]
    undo_reanalysis(session.path)
    assert found_by(load_session(session.path), "Eve", "Ada") == ["P3"]


def test_find_people_follows_merges_of_who_was_merged(session: Session) -> None:
    reanalyze(session.path, merge="P2,P3")
    again = load_session(session.path)
    assert [person.ids for person in list_people(again)] == [("P1",), ("P2", "P4", "P3")]
    assert found_by(again, "Ada") == found_by(again, "P4") == found_by(again, "Zo\u00e9") == ["P2"]


def test_list_people_with_a_damaged_history_says_which_result_to_delete(session: Session) -> None:
    (session.path / "history/2/participants.csv").write_text("")
    with pytest.raises(UnreadableSessionError, match=r"delete that result: .*/history/2\.$"):
        list_people(session)
    shutil.rmtree(session.path / "history/2")
    assert found_by(session, "Bea") == []
