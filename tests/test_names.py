from __future__ import annotations

from pathlib import Path

import pytest

from groupaffect.errors import UsageError
from groupaffect.names import read_names
from groupaffect.naming import name_participants
from groupaffect.types import ParticipantFacts

CALL = tuple(
    ParticipantFacts(f"P{k}", f"P{k}", row, column, 0.0, 1.0, 1.0)
    for k, row, column in ((1, 1, 1), (2, 1, 2), (4, 2, 2))
)
ROOM = tuple(ParticipantFacts(f"P{k}", f"P{k}", None, None, 0.0, 1.0, 1.0) for k in (1, 2))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "names.csv"


def named(path: Path, facts: tuple[ParticipantFacts, ...] = CALL) -> list[str]:
    people, problems = name_participants(facts, read_names(path))
    assert problems == ()
    return [facts.name for facts in people]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("participant,name\nP1,Ada\nP4,Ben\n", id="ids"),
        pytest.param(
            "\ufeffName ; PARTICIPANT ID\r\nAda;p1\r\n;\r\nBen;P4\r\n", id="bom-semicolon"
        ),
        pytest.param("tile\tname\temail\n1\tAda\ta@b\n4\tBen\t\n", id="tab-number"),
        pytest.param("tile,name\nr1c1,Ada\nR2C2,Ben\n", id="r1c1"),
        pytest.param('tile,name\n"1,1",Ada\n"2, 2",Ben\n', id="row-and-column-in-one"),
        pytest.param("Tile Row,Tile-Column,NAME\n1,1,Ada\n2,2,Ben\n", id="two-columns"),
        pytest.param("participant,tile,name\nP1,,Ada\n,r2c2,  Ben \n", id="either"),
    ],
)
def test_names_are_read_generously(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))
    assert named(path) == ["Ada", "P2", "Ben"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("participant,nom\nP1,Ada\n", r"row 1 .* a column `name`.*'participant,nom'"),
        ("name\nAda\n", "row 1 .* `participant` or `tile`"),
        ("", "row 1 .* a column `name`"),
        ("participant,name\nP1,Ada\n\nP2, \n", "row 4 of the names needs a name"),
        ("participant,name\n,Ada\n", "row 2 .* must say who it is about"),
        ("participant,name\nthe left one,Ada\n", "row 2 .* 'the left one'"),
        ("participant,name\nP1,Ada\nP2,Ben\np1,Cy\n", "named once, but got rows 2 and 4"),
        ("participant,name\nP1,Ada\nP2,ada\n", "two names, but got rows 2 and 3"),
        ("participant,name\nP1,Jos\u00e9\nP2,JOSE\u0301\n", "two names, but got rows 2 and 3"),
        ('participant,name\nP1,"=1+1"\n', r"row 2 .* begin a name with = \+ - @, .* got '=1\+1'"),
        ("participant,name\nP1, +Ada\n", r"spreadsheets compute, but got '\+Ada'; leave that out"),
        ("participant,name\nP1,-Ada\n", "got '-Ada'"),
        ("participant,name\nP1,@Ada\n", "got '@Ada'"),
        ("participant,name\n\n,\n", "must have a row below their heads, but got none"),
        (f"participant,name\nP1,{'a' * 101}\n", "row 2 .* at most 100 characters, but got 101"),
        ("participant,name\nP1,Ad\u202ea\n", r"row 2 .* but got U\+202E in it; leave that out"),
        ("participant,name\nP1,Ad\u2069a\n", r"got U\+2069 in it"),
        ("participant,name\nP1,Ad\x07a\n", r"got U\+0007 in it"),
        ("participant,tile,name\nP1,left,Ada\n", "row 2 .* who it is about, but got 'left'"),
        ("participant,name\nP1,P2\n", "row 2 .* like an id, but got 'P2'"),
    ],
)
def test_names_that_are_wrong_name_the_row(path: Path, text: str, words: str) -> None:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=words):
        read_names(path)


def test_names_are_composed_on_reading_and_may_hold_signs_within(path: Path) -> None:
    path.write_text("participant,name\nP1,Jose\u0301 -x\nP2,Ben @work\n", encoding="utf-8")
    assert named(path) == ["Jos\u00e9 -x", "Ben @work", "P4"]


def test_names_that_cannot_be_read_are_one_sentence(path: Path) -> None:
    with pytest.raises(UsageError, match="CSV file in UTF-8, but got No such file"):
        read_names(path)
    path.write_bytes("name\nJosé".encode("latin-1"))
    with pytest.raises(UsageError, match="text that is not UTF-8"):
        read_names(path)


@pytest.mark.parametrize(
    ("text", "facts", "who", "remedy"),
    [
        pytest.param(
            "participant,name\nP1,Ada\nP3,Ben\n",
            CALL,
            "one of P1, P2, P4",
            "write one of them",
            id="nobody-of-that-id",
        ),
        pytest.param(
            "tile,name\n1,Ada\nr9c9,Ben\n",
            CALL,
            "one of r1c1 (P1), r1c2 (P2), r2c2 (P4)",
            "write one of them",
            id="no-tile",
        ),
        pytest.param(
            "participant,tile,name\nP1,,Ada\n,2,Ben\n",
            ROOM,
            "one of P1, P2",
            "write an id: there are no tiles",
            id="a-room-has-no-tiles",
        ),
    ],
)
def test_a_row_about_nobody_is_told_and_the_others_are_used(
    path: Path, text: str, facts: tuple[ParticipantFacts, ...], who: str, remedy: str
) -> None:
    path.write_text(text)
    people, (problem,) = name_participants(facts, read_names(path))
    assert people[0].name == "Ada"
    assert {f.name for f in people[1:]} == {f.participant for f in facts[1:]}
    assert (problem.wanted, problem.remedy) == (f"row 3 of the names must be about {who}", remedy)
    assert problem.as_warning().endswith(f"{remedy}; this name is not used.")
    assert problem.as_error().endswith(f"; {remedy}.")


def test_one_person_named_by_id_and_by_tile_is_told(path: Path) -> None:
    path.write_text("participant,tile,name\nP2,,Ada\n,r1c2,Ben\n")
    people, (problem,) = name_participants(CALL, read_names(path))
    assert people[1].name == "Ada"
    assert "P2 in rows 2 and 3" in problem.got


def test_a_tile_of_two_people_is_told(path: Path) -> None:
    path.write_text("tile,name\nr1c2,Ben\n")
    shared = (*CALL, ParticipantFacts("P5", "P5", 1, 2, 0.0, 1.0, 1.0))
    people, (problem,) = name_participants(shared, read_names(path))
    assert people == shared
    assert "a tile in which P2 and P5 were first seen; give an id." in problem.as_error()


def test_the_number_of_a_tile_is_its_place_and_no_id(path: Path) -> None:
    path.write_text("tile,name\n4,Ben\n")
    facts = tuple(
        ParticipantFacts(f"P{k}", f"P{k}", row, column, 0.0, 1.0, 1.0)
        for k, row, column in ((1, 1, 1), (2, 1, 2), (3, 2, 2))  # the third tile is empty
    )
    assert named(path, facts) == ["P1", "P2", "Ben"]


def test_no_problem_holds_a_name(path: Path) -> None:
    """It is kept with the session, where `forget` could not tell whose it is."""
    path.write_text("tile,participant,name\n,P2,Ada\nr1c2,,Ben\n,P9,Cy\nr1c1,,Dee\n")
    shared = (*CALL, ParticipantFacts("P8", "Ada", 1, 1, 0.0, 1.0, 1.0))
    _, problems = name_participants(shared, read_names(path))
    assert len(problems) == 4
    told = [problem.as_warning() for problem in problems]
    assert not [p for p in told if any(n in p for n in ("Ada", "Ben", "Cy", "Dee"))]


@pytest.mark.parametrize("tile", ["2", "r1c2", ""])
def test_id_and_tile_of_one_person_may_stand_in_one_row(path: Path, tile: str) -> None:
    path.write_text(f"participant,tile,name\nP2,{tile},Ada\n")
    assert named(path) == ["P1", "Ada", "P4"]


@pytest.mark.parametrize(
    ("tile", "facts", "got"),
    [
        ("1", CALL, "P2, first seen in r1c2, and tile 1"),
        ("r2c2", CALL, "P2, first seen in r1c2, and tile r2c2"),
        ("1", ROOM, "P2, in no tile, and tile 1"),
    ],
)
def test_id_and_tile_that_contradict_each_other_name_nobody(
    path: Path, tile: str, facts: tuple[ParticipantFacts, ...], got: str
) -> None:
    path.write_text(f"participant,tile,name\nP2,{tile},Ada\n")
    people, (problem,) = name_participants(facts, read_names(path))
    assert people == facts
    assert problem.as_error() == (
        f"row 2 of the names must be about one participant, but got {got}; "
        "correct one of them or leave it empty."
    )


def test_longest_name_is_taken(path: Path) -> None:
    path.write_text(f"participant,name\nP1,{'a' * 100}\n")
    assert named(path)[0] == "a" * 100
