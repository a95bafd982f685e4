"""A study of people who do not exist, with known covariates: ``make example-study``.

Groups of four do one of two tasks. Groups at "play" smile more than groups with a "problem", and
within every session some people show more than others ("expressiveness"); "age" is drawn by chance
and has to do with nothing. Writes recordings, sessions and ``covariates.csv``, which
``groupaffect study`` takes.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from groupaffect.errors import SessionExistsError
from groupaffect.inference import network_file_hashes
from groupaffect.recording import analyze
from groupaffect.session import load_session
from groupaffect.session.csv_tables import write_csv
from groupaffect.synthetic.places import place_people
from groupaffect.synthetic.script import Script, ScriptedEmotion, ScriptedPerson
from groupaffect.synthetic.synthesis import RECORDING_FILE, synthesize
from groupaffect.types import Emotion

N_SESSIONS, N_PEOPLE = 12, 4
DURATION_S = 75.0
FIRST_SEED = 5000  # nobody of the demonstration or of the dose-response
TASKS = ("play", "problem")
OTHERS: tuple[Emotion, ...] = ("sad", "angry", "surprise", "disgust")
HAPPY_SHARE = {"play": 0.7, "problem": 0.2}  # of the group's expressions
COLUMNS = ("session", "participant", "task", "expressiveness", "age")


@dataclass(frozen=True, slots=True)
class MadeSession:
    """A session's script and what the study is told of it; ``age`` is one number a person."""

    name: str
    task: str
    script: Script
    age: tuple[int, ...]

    def covariate_rows(self) -> Iterator[tuple[str | int | float, ...]]:
        """Yield a row of ``COLUMNS`` for each person."""
        for person, age in zip(self.script.people, self.age, strict=True):
            yield self.name, person.name, self.task, person.expressiveness, age


def make_session(number: int, *, duration_s: float = DURATION_S) -> MadeSession:
    """Return a session by its number, from 0; the same number is the same session.

    Examples
    --------
    >>> made = make_session(0)
    >>> made.name, made.task, len(made.script.people)
    ('group_01', 'play', 4)
    """
    rng = np.random.default_rng(FIRST_SEED + number)
    task = TASKS[number % len(TASKS)]
    people = tuple(
        ScriptedPerson(
            name=f"Person {number * N_PEOPLE + place + 1}",
            identity_seed=FIRST_SEED + number * N_PEOPLE + place,
            expressiveness=round(float(rng.uniform(0.3, 1.2)), 2),
        )
        for place in range(N_PEOPLE)
    )
    timeline = [*_expressions(rng, task, duration_s=duration_s)]
    for person in people:
        own = _expressions(rng, task, duration_s=duration_s, gap_s=(12.0, 25.0))
        timeline += [
            ScriptedEmotion(e.start_s, e.end_s, e.emotion, e.strength, person.name) for e in own
        ]
    script = Script(
        title=f"Group {number + 1}: {task}",
        duration_s=duration_s,
        layout="2x2",
        people=people,
        timeline=tuple(timeline),
        seed=FIRST_SEED + number,
        rate_hz=5.0,
        width_px=640,
        height_px=360,
    )
    age = tuple(int(years) for years in rng.integers(20, 70, N_PEOPLE))
    return MadeSession(f"group_{number + 1:02}", task, script, age)


def _expressions(
    rng: np.random.Generator,
    task: str,
    *,
    duration_s: float,
    gap_s: tuple[float, float] = (3.0, 8.0),
) -> Iterator[ScriptedEmotion]:
    start_s = round(float(rng.uniform(*gap_s)), 1)
    while True:
        end_s = round(start_s + float(rng.uniform(3.0, 7.0)), 1)
        if end_s >= duration_s:
            return
        is_happy = rng.random() < HAPPY_SHARE[task]
        emotion = "happy" if is_happy else OTHERS[int(rng.integers(len(OTHERS)))]
        yield ScriptedEmotion(start_s, end_s, emotion, strength=1.0)
        start_s = round(end_s + float(rng.uniform(*gap_s)), 1)


def write_made_study(
    output: Path, *, n_sessions: int = N_SESSIONS, duration_s: float = DURATION_S
) -> None:
    """Render and analyse the sessions into ``recordings`` and ``sessions``; what is there stays."""
    made = [make_session(number, duration_s=duration_s) for number in range(n_sessions)]
    for one in made:
        recording = output / "recordings" / one.name
        with contextlib.suppress(SessionExistsError):
            synthesize(one.script, output=recording)
        folder = output / "sessions" / one.name
        _analyze_once(recording / RECORDING_FILE, folder, names=names_by_tile(one.script))
        sys.stdout.write(f"{one.name}: {one.task}\n")
    rows = (row for one in made for row in one.covariate_rows())
    write_csv(output / "covariates.csv", COLUMNS, rows)


def names_by_tile(script: Script) -> dict[str, str]:
    """Return everybody's name by tile: ids may differ where somebody is found later than others.

    Examples
    --------
    >>> [*names_by_tile(make_session(1).script)]
    ['r1c1', 'r1c2', 'r2c1', 'r2c2']
    """
    places = place_people(script)
    pairs = zip(places, script.people, strict=True)
    return {f"r{place.row}c{place.column}": person.name for place, person in pairs}


def _analyze_once(recording: Path, folder: Path, *, names: dict[str, str]) -> None:
    """Analyse a recording, unless its session is there and of the networks of this version."""
    there = (folder / "session.json").exists()
    old = there and load_session(folder).record.model_hashes != network_file_hashes()
    with contextlib.suppress(SessionExistsError):
        analyze(recording, output=folder, force=old, names=names)


def main() -> None:
    """Make the study."""
    parser = argparse.ArgumentParser(prog="python -m groupaffect.evaluation.made_study")
    parser.add_argument("--output", type=Path, default=Path("example-study"))
    parser.add_argument("--sessions", type=int, default=N_SESSIONS)
    arguments = parser.parse_args()
    write_made_study(arguments.output, n_sessions=arguments.sessions)


if __name__ == "__main__":
    main()
