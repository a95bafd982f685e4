from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from groupaffect.errors import UsageError
from groupaffect.evaluation.truth import emotion_index, read_truth
from groupaffect.types import EMOTIONS, ParticipantFacts


def person(name: str, *, tile: tuple[int, int] | None = None, called: str = "") -> ParticipantFacts:
    row, column = tile or (None, None)
    return ParticipantFacts(name, called or name, row, column, 0.0, 1.0, 1.0)


def write(folder: Path, text: str) -> Path:
    path = folder / "truth.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("word", "emotion"),
    [
        ("happy", "happy"),
        ("Happiness", "happy"),
        (" anger ", "angry"),
        ("disgusted", "disgust"),
        ("afraid", "fear"),
        ("sadness", "sad"),
        ("surprised", "surprise"),
        ("NEUTRAL", "neutral"),
    ],
)
def test_emotion_index_knows_other_words(word: str, emotion: str) -> None:
    assert EMOTIONS[emotion_index(word)] == emotion


@pytest.mark.parametrize("word", ["contempt", "", "joy?"])
def test_emotion_index_of_an_unknown_word_is_minus_one(word: str) -> None:
    assert emotion_index(word) == -1


def test_read_truth_by_tile_finds_each_participant(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "second,top_left,top_right,bottom_left,bottom_right\n"
        "0,angry,happy,sad,neutral\n1,fear,contempt,disgusted,surprised\n",
    )
    people = tuple(
        person(f"P{k + 1}", tile=tile) for k, tile in enumerate([(1, 1), (1, 2), (2, 1), (2, 2)])
    )
    truth = read_truth(path, people)
    assert {name: label.tolist() for name, label in truth.items()} == {
        "P1": [0, 2],
        "P2": [3, -1],
        "P3": [4, 1],
        "P4": [6, 5],
    }


def test_read_truth_by_id_and_by_name(tmp_path: Path) -> None:
    path = write(tmp_path, "second,Ann,P2\n0,happy,sad\n")
    truth = read_truth(path, (person("P1", called="Ann"), person("P2"), person("P3")))
    assert {name: label.tolist() for name, label in truth.items()} == {"P1": [3], "P2": [4]}


def test_read_truth_with_a_row_for_each_second_of_each(tmp_path: Path) -> None:
    rows = ["1,P2,sad,1", "0,P1,happy,0.5", "0,P2,fear,1", "3,P1,neutral,0", "0,P9,sad,1"]
    path = write(tmp_path, "\n".join(["second,participant,emotion,strength", *rows, ""]))
    truth = read_truth(path, (person("P1"), person("P2")), ignore_others=True)
    assert {name: label.tolist() for name, label in truth.items()} == {
        "P1": [3, -1, -1, 6],
        "P2": [2, 4, -1, -1],
    }
    with pytest.raises(UsageError, match="but got 'P9'; correct these or leave them out"):
        read_truth(path, (person("P1"), person("P2")))
    with pytest.raises(UsageError, match="but got 'P2', 'P1', 'P9'"):
        read_truth(path, (person("P3"),), ignore_others=True)


def test_a_slip_in_an_expression_names_its_row(tmp_path: Path) -> None:
    path = write(tmp_path, "second,P1\n0,happy\n1,contempt\n2,Neutrl\n")
    with pytest.raises(UsageError, match="but got 'Neutrl' in row 3 below the header"):
        read_truth(path, (person("P1"),))


def test_columns_without_any_expression_are_no_people(tmp_path: Path) -> None:
    path = write(tmp_path, "second,P1,P2\n0,happy,\n1,sad,\n")
    assert list(read_truth(path, (person("P1"), person("P3")))) == ["P1"]


def test_read_truth_of_a_room_does_not_take_tile_columns(tmp_path: Path) -> None:
    path = write(tmp_path, "second,top_left,P1\n0,happy,sad\n")
    found = read_truth(path, (person("P1"),), ignore_others=True)
    assert found["P1"].tolist() == [4]


def test_read_truth_seconds_that_are_left_out_or_empty_are_unknown(tmp_path: Path) -> None:
    path = write(tmp_path, "second,P1\n3,happy\n1,sad\n4\n5,\n")
    assert read_truth(path, (person("P1"),))["P1"].tolist() == [-1, 4, -1, 3, -1, -1]


def test_read_truth_without_anybodys_column_names_the_columns(tmp_path: Path) -> None:
    path = write(tmp_path, "second,Bob,Eve\n0,happy,sad\n")
    with pytest.raises(UsageError, match=r"tile \(P1\), but got 'Bob', 'Eve'; correct"):
        read_truth(path, (person("P1"),))


LONG = "second,participant,emotion\n0,P1,happy\n2,Ann,joy\n1,P1,contempt\n"


def test_read_truth_in_long_layout_equals_wide(tmp_path: Path) -> None:
    people = (person("P1"), person("P2", called="Ann"))
    long = read_truth(write(tmp_path, LONG), people)
    assert {name: label.tolist() for name, label in long.items()} == {
        "P1": [3, -1, -1],
        "P2": [-1, -1, 3],
    }
    wide = read_truth(write(tmp_path, "second,P1,P2\n0,happy,\n1,contempt,\n2,,happy\n"), people)
    assert {name: label.tolist() for name, label in wide.items()} == {
        name: label.tolist() for name, label in long.items()
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "but got no rows"),
        ("time,P1\n0,happy\n", "but got other columns"),
        ("second,P1\n0,happy,sad\n", "rows longer than the header"),
        ("second,P1\n0,happy\n0,sad\n", "but got second 0 of P1 twice"),
        (LONG + "0,P1,sad\n", "but got second 0 of P1 twice"),
    ],
    ids=["empty", "no second", "long row", "twice", "twice in long"],
)
def test_read_truth_of_a_bad_file_says_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_truth(write(tmp_path, text), (person("P1"),))


def test_read_truth_of_no_file_or_no_text_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"must be a CSV file, but got No such file"):
        read_truth(tmp_path / "none.csv", (person("P1"),))
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00second")
    with pytest.raises(UsageError, match=r"must be a CSV file, but got no CSV in UTF-8"):
        read_truth(tmp_path / "binary.csv", (person("P1"),))


@pytest.mark.parametrize(
    "text", ["second,P1\nzero,happy\n", "second,P1\n-1,happy\n", "second,P1\n9999999999,sad\n"]
)
def test_read_truth_without_whole_seconds_says_so(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="whole seconds from 0 in its column `second`"):
        read_truth(write(tmp_path, text), (person("P1"),))


def test_read_truth_of_the_acted_call(data_dir: Path) -> None:
    tiles = [(1, 1), (1, 2), (2, 1), (2, 2)]
    people = tuple(person(f"P{k}", tile=tile) for k, tile in enumerate(tiles))
    truth = read_truth(data_dir / "clips/groups/acted_2x2_dev_truth.csv", people)
    assert len(truth) == 4
    known = np.concatenate([label[label >= 0] for label in truth.values()])
    assert set(known.tolist()) == set(range(7))
    assert all(len(label) in (105, 106) for label in truth.values())
