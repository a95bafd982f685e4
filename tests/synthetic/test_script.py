from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from groupaffect.errors import UsageError
from groupaffect.synthetic.demo import demo_script
from groupaffect.synthetic.script import Script, ScriptedEmotion
from groupaffect.synthetic.script_lines import line_of
from groupaffect.synthetic.script_reading import read_script, script_from_toml
from groupaffect.synthetic.script_rules import Place
from groupaffect.synthetic.script_writing import script_to_toml
from synthetic.made_scripts import make_script, people, random_script

GOOD = """\
title = "Two people"  # line 1
seed = 3
duration_s = 10
layout = "1x2"

[[people]]
name = "Ada"
identity_seed = 1
expressiveness = 0.5
unengaged = [[6, 8]]

[[people]]
name = "Ben"
identity_seed = 2

[[timeline]]
start_s = 1
end_s = 3
emotion = "happy"

[[timeline]]
person = "Ben"
start_s = 2
end_s = 4.5
emotion = "sad"
strength = 0.75
"""


def test_script_is_read_with_its_defaults() -> None:
    script = script_from_toml(GOOD)
    assert [person.name for person in script.people] == ["Ada", "Ben"]
    assert script.people[0].unengaged == ((6.0, 8.0),)
    assert script.people[1].expressiveness == 1.0
    assert script.timeline == (
        ScriptedEmotion(1.0, 3.0, "happy"),
        ScriptedEmotion(2.0, 4.5, "sad", 0.75, "Ben"),
    )
    assert (script.seed, script.rate_hz, script.n_frames) == (3, 10.0, 100)


# What is put in the place of what, then line and key, and what is wrong with it.
MISTAKES = [
    pytest.param("seed = 3", "sed = 3", "line 2: `sed` is no key", id="unknown key"),
    pytest.param('name = "Ben"', 'nme = "Ben"', "line 13: `nme` is no key", id="person's key"),
    pytest.param("strength", "strenght", "line 26: `strenght` is no key", id="entry's key"),
    pytest.param('"happy"', '"bored"', "line 19: `emotion` must be one of angry,", id="emotion"),
    pytest.param("end_s = 3", "end_s = 1", "line 18: `end_s` must end after it starts", id="end"),
    pytest.param("end_s = 4.5", "end_s = 11", "line 24: `end_s` must end within", id="beyond"),
    pytest.param("start_s = 1", "start_s = -1", "line 17: `start_s` must be 0 or", id="negative"),
    pytest.param(
        'person = "Ben"', 'person = "Bob"', "line 22: `person` must be one of Ada, Ben", id="name"
    ),
    pytest.param(
        'person = "Ben"\n', "", "line 22: `start_s` must not lie in another entry", id="overlap"
    ),
    pytest.param("start_s = 2", "start_s = '2'", "line 23: `start_s` must be a number", id="type"),
    pytest.param("seed = 3", "seed = 3.5", "line 2: `seed` must be a whole number", id="whole"),
    pytest.param("seed = 3", "seed = true", "line 2: `seed` must be a whole number", id="truth"),
    pytest.param("= [[6, 8]]", "= [6, 8]", "line 10: `unengaged` must be pairs", id="pairs"),
    pytest.param("[[6, 8]]", "[[6, 8], [7, 9]]", "line 10: `unengaged` must be str", id="stretch"),
    pytest.param("[[6, 8]]", "[[8, 6]]", "line 10: `unengaged` must end after", id="backwards"),
    pytest.param("0.5", "1.6", "line 9: `expressiveness` must be within 0..1.5", id="range"),
    pytest.param("0.75", "nan", "line 26: `strength` must be within", id="nan"),
    pytest.param('"Ben"\nid', '"Ada"\nid', "line 13: `name` must be nobody else's", id="twice"),
    pytest.param("identity_seed = 2", "", "line 12: `identity_seed` is needed", id="missing"),
    pytest.param('"Ben"\nid', '"B\\nen"\nid', "line 13: `name` must be one line", id="two lines"),
    pytest.param('"Ben"\nid', f'"{101 * "b"}"\nid', "line 13: `name` must have at", id="long"),
    pytest.param("duration_s = 10", "", "line 1: `duration_s` needs a value", id="no duration"),
    pytest.param('"1x2"', '"5x5"', "line 4: `layout` must be one of 1x2,", id="layout"),
    pytest.param("seed = 3", "width_px = 641", "line 2: `width_px` must be even", id="odd"),
    pytest.param(
        "start_s = 2", f"start_s = 1{400 * '0'}", "must be a number, but got a number", id="huge"
    ),
    pytest.param("seed = 3", "seed = ", "Invalid value (at line 2", id="no TOML"),
    pytest.param("seed = 3", "seed = 3\nseed = 4", "(at line 3", id="key twice"),
    pytest.param(
        "[[timeline]]\nstart_s = 1",
        '[[people]]\nname = "Cid"\nidentity_seed = 3\n[[timeline]]\nstart_s = 1',
        "line 16: [[people]] is one more than the 2 places of layout 1x2",
        id="too many",
    ),
]


@pytest.mark.parametrize(("right", "wrong", "said"), MISTAKES)
def test_mistake_in_a_script_is_one_sentence_with_line_and_key(
    tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    assert right in GOOD
    path = tmp_path / "own.toml"
    path.write_text(GOOD.replace(right, wrong, 1))
    with pytest.raises(UsageError) as caught:
        read_script(path)
    message = str(caught.value)
    assert said in message
    assert message.startswith("own.toml")
    assert ", but got " in message
    assert message.endswith(".")
    assert "\n" not in message


def test_script_of_an_editor_that_marks_utf_8_is_read(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(GOOD, encoding="utf-8-sig")
    assert len(read_script(path).people) == 2


@pytest.mark.parametrize("content", [b"title = '\xff'", None], ids=["no UTF-8", "no file"])
def test_script_that_cannot_be_read_is_one_sentence(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "own.toml").write_bytes(content)
    with pytest.raises(UsageError, match="must be a TOML file in UTF-8, but got"):
        read_script(tmp_path / "own.toml")


def test_tables_of_another_kind_are_refused() -> None:
    with pytest.raises(UsageError, match=r"`people` must be entries that begin with \[\[people"):
        script_from_toml('title = "x"\nduration_s = 2\nlayout = "1x2"\npeople = 3\n')


def test_mistake_in_a_script_made_by_a_program_names_entry_and_key() -> None:
    with pytest.raises(UsageError, match=r"`end_s` of \[\[timeline\]\] number 1 must end within"):
        make_script(ScriptedEmotion(0.0, 21.0, "happy"))
    with pytest.raises(UsageError, match=r"`noise` of \[\[people\]\] number 3 must be within"):
        make_script(who=(*people(2), replace(people(3)[2], noise=-1.0)))


@pytest.mark.parametrize(
    ("text", "place", "line"),
    [
        pytest.param(
            '[["people"]]\nname = "A"\n[[ \'people\' ]]  # and\n"name" = "B"\n',
            Place("people", 1, "name"),
            4,
            id="quoted-names",
        ),
        pytest.param(
            'title = """\n[[people]]\nseed = 3\n"""\nseed = 4\n',
            Place("script", 0, "seed"),
            5,
            id="in-a-long-string",
        ),
        pytest.param(
            "title = '''\nseed = '1'\n''''\nseed = 4\n",
            Place("script", 0, "seed"),
            4,
            id="in-a-long-literal-that-ends-in-a-quote",
        ),
        pytest.param(
            'title = """a \\""" seed = 1\n"""\nseed = 4\n',
            Place("script", 0, "seed"),
            3,
            id="escaped-quotes",
        ),
        pytest.param(
            '[[people]]\nunengaged = [\n[1, 2],  # [[people]]\n[3, 4],\n]\nname = "A"\n',
            Place("people", 0, "name"),
            6,
            id="after-a-long-array",
        ),
        pytest.param(
            '[[people]]\nname = "[[people]] = # {"\n[[people]]\nnoise = 3\n',
            Place("people", 1, "noise"),
            4,
            id="brackets-in-a-name",
        ),
        pytest.param(
            '[[people]]\nname = "A"\n[people.noise]\nname = 2\n[[people]]\nname = "B"\n',
            Place("people", 0, "noise"),
            3,
            id="a-table-for-a-key",
        ),
        pytest.param(
            '# [[people]]\r\n[[people]]\r\nname = "A"\r\n', Place("people", 0, "name"), 3, id="crlf"
        ),
        pytest.param('title = "\x85 \u2028"\nseed = 1\n', Place("script", 0, "seed"), 2, id="mark"),
    ],
)
def test_line_of_a_place_heeds_strings_and_arrays(text: str, place: Place, line: int) -> None:
    tomllib.loads(text)  # line_of is asked only of TOML that can be read
    assert line_of(text, place) == line


def test_line_of_an_entry_in_one_array_is_the_arrays() -> None:
    text = "seed = 1\npeople = [\n  {name = 'Ada'},\n]\n"
    assert line_of(text, Place("people", 0, "name")) == 2


def test_script_survives_toml(rng: np.random.Generator) -> None:
    scripts: list[Script] = [demo_script(), *(random_script(rng) for _ in range(10))]
    for script in scripts:
        assert script_from_toml(script_to_toml(script)) == script


def test_demo_shows_every_expression_in_the_group_and_alone() -> None:
    script = demo_script()
    shown = {entry.emotion for entry in script.timeline}
    assert shown == {"angry", "disgust", "fear", "happy", "sad", "surprise"}
    assert {entry.person is None for entry in script.timeline} == {True, False}
