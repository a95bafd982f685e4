"""A synthetic recording on disk: its tables, its bytes, and what interrupts it."""

from __future__ import annotations

import csv
import errno
import json
from pathlib import Path
from typing import Any

import av
import numpy as np
import pyarrow.parquet as pq
import pytest

from groupaffect import video_encoder
from groupaffect.errors import OutputError, SessionExistsError
from groupaffect.names import read_names
from groupaffect.synthetic import crew, filming, synthesis, truth
from groupaffect.synthetic.performance import FaceState
from groupaffect.synthetic.person import Person
from groupaffect.synthetic.script import ScriptedEmotion
from groupaffect.synthetic.script_writing import script_to_toml
from groupaffect.synthetic.showing import true_seconds
from groupaffect.synthetic.synthesis import synthesize
from groupaffect.synthetic.tile import RenderedTile
from groupaffect.types import EMOTIONS
from python_process import run_python
from reference.folded_session import tree_bytes
from synthetic.made_scripts import make_script, people

SCRIPT = make_script(
    ScriptedEmotion(0.5, 1.5, "happy"),
    ScriptedEmotion(0.0, 2.0, "sad", person="Dee"),
    who=people(4, noise=3.0),
    duration_s=2.0,
)
FILES = [
    *("events.csv", "faces.parquet", "participants.csv", "recording.mp4"),
    *("script.toml", "synthetic.json", "truth.csv"),
]


def draw_points(person: Person, state: FaceState, *, width_px: int, height_px: int) -> RenderedTile:
    """Stand for the appearance model: a grey, and points that tell who and what it was."""
    x = np.linspace(5, width_px - 6, 68)
    points = np.stack([x, np.full(68, 10.0 + person.identity_seed)], axis=1)
    grey = np.uint8(60 + 100 * state.emotion_strength.max() / 1.25)
    rgb = np.full((height_px, width_px, 3), grey, dtype=np.uint8)
    return RenderedTile(rgb, points, np.array([5.0, 6.0, width_px - 6.0, height_px - 7.0]))


@pytest.fixture(autouse=True)
def plain_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filming, "render_tile", draw_points)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_folder_holds_the_recording_and_what_is_true_of_it(tmp_path: Path) -> None:
    folder = synthesize(SCRIPT, output=tmp_path / "a/made")
    assert folder == (tmp_path / "a/made").resolve()
    assert left_in(folder) == FILES
    assert json.loads((folder / "synthetic.json").read_text())["n_frames"] == 20
    with av.open(str(folder / "recording.mp4")) as container:
        frames = list(container.decode(video=0))
    assert [frame.time for frame in frames] == pytest.approx(np.arange(20) / 10, abs=1e-4)
    assert (frames[0].width, frames[0].height) == (128, 72)


def test_truth_has_a_row_for_each_second_of_each_person(tmp_path: Path) -> None:
    rows = rows_of(synthesize(SCRIPT, output=tmp_path / "made") / "truth.csv")
    assert list(rows[0]) == ["second", "participant", "emotion", "strength"]
    found = [(row["second"], row["participant"], row["emotion"], row["strength"]) for row in rows]
    slow = []
    for second in range(2):
        for k, person in enumerate(SCRIPT.people):
            shown = true_seconds(SCRIPT, person)
            word = EMOTIONS[shown.emotion[second]]
            slow.append((str(second), f"P{k + 1}", word, f"{shown.strength[second]:g}"))
    assert found == slow
    assert {row["emotion"] for row in rows if row["participant"] == "P4"} == {"sad"}


def test_events_and_participants_are_named_as_the_analysis_names_them(tmp_path: Path) -> None:
    folder = synthesize(SCRIPT, output=tmp_path / "made")
    (first, second) = rows_of(folder / "events.csv")
    assert first == {
        "start": "0.5",
        "end": "0.5",
        "kind": "group",
        "participants": "P1;P2;P3",
        "from": "neutral",
        "to": "happy",
    }
    assert (second["from"], second["to"]) == ("happy", "neutral")
    given = read_names(folder / "participants.csv")
    assert [(g.participant, g.name) for g in given] == [
        *(("P1", "Ada"), ("P2", "Ben"), ("P3", "Cid"), ("P4", "Dee"))
    ]
    tiles = [(row["tile_row"], row["tile_column"]) for row in rows_of(folder / "participants.csv")]
    assert tiles == [("1", "1"), ("1", "2"), ("2", "1"), ("2", "2")]


@pytest.mark.parametrize("frames_per_group", [3, 512])
def test_faces_are_where_each_tile_put_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, frames_per_group: int
) -> None:
    monkeypatch.setattr(truth, "_FRAMES_PER_GROUP", frames_per_group)
    folder = synthesize(SCRIPT, output=tmp_path / "made")
    table = pq.read_table(folder / "faces.parquet").to_pylist()
    assert len(table) == 20 * 4
    assert table[0].keys() >= {"frame", "time", "participant", "face_width", "x_67", "y_67"}
    corners = {"P1": (0, 0), "P2": (64, 0), "P3": (0, 36), "P4": (64, 36)}
    for number, row in enumerate(table):
        left, top = corners[row["participant"]]
        assert (row["frame"], row["participant"]) == (number // 4, f"P{number % 4 + 1}")
        assert row["time"] == row["frame"] / 10
        box = [row[f"face_{name}"] for name in ("x", "y", "width", "height")]
        assert box == [left + 5, top + 6, 53, 23]
        assert (row["x_67"], row["y_67"]) == (left + 58, top + 10 + number % 4)


def test_same_script_gives_the_same_bytes_and_another_seed_other_pixels(tmp_path: Path) -> None:
    made = [synthesize(SCRIPT, output=tmp_path / name) for name in ("a", "b")]
    assert tree_bytes(made[0]) == tree_bytes(made[1])
    other = make_script(*SCRIPT.timeline, who=SCRIPT.people, duration_s=2.0, seed=9)
    changed = tree_bytes(synthesize(other, output=tmp_path / "c"))
    assert changed["recording.mp4"] != tree_bytes(made[0])["recording.mp4"]
    assert changed["truth.csv"] == tree_bytes(made[0])["truth.csv"]


def test_frames_filmed_apart_are_those_filmed_together() -> None:
    whole = list(filming.film(SCRIPT))
    apart = [list(filming.film(SCRIPT, first=k, every=3)) for k in range(3)]
    assert len(whole) == 20
    for number, frame in enumerate(whole):
        assert np.array_equal(frame.rgb, apart[number % 3][number // 3].rgb)


def test_second_run_is_told_it_is_complete_and_force_keeps_what_is_not_ours(
    tmp_path: Path,
) -> None:
    folder = synthesize(SCRIPT, output=tmp_path / "made")
    (folder / "notes.txt").write_text("mine")
    before = tree_bytes(folder)
    with pytest.raises(SessionExistsError, match="a complete synthetic recording there already"):
        synthesize(SCRIPT, output=folder)
    other = make_script(who=SCRIPT.people, duration_s=1.0)
    with pytest.raises(OutputError, match="but got one of another script"):
        synthesize(other, output=folder)
    assert tree_bytes(folder) == before
    synthesize(other, output=folder, force=True)
    assert left_in(folder) == sorted([*FILES, "notes.txt"])
    assert len(rows_of(folder / "truth.csv")) == 4


def test_folder_of_somebody_elses_is_never_taken(tmp_path: Path) -> None:
    (tmp_path / "script.toml").write_text("mine")
    for force in (False, True):
        with pytest.raises(OutputError, match="must be a new or empty folder, or a synthetic rec"):
            synthesize(SCRIPT, output=tmp_path, force=force)
    assert left_in(tmp_path) == ["script.toml"]


def full_after(n: int) -> Any:  # noqa: ANN401
    count = iter(range(n))

    def write(*_: object, **__: object) -> None:
        if next(count, None) is None:
            raise OSError(errno.ENOSPC, "No space left on device")

    return write


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (video_encoder.VideoEncoder, "write"),
        (truth.TrueFacesWriter, "write"),
        (truth.TrueFacesWriter, "close"),
        (synthesis, "write_truth"),
    ],
    ids=["video", "faces", "end of faces", "tables"],
)
def test_full_disk_leaves_nothing_and_the_next_run_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: object, name: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(place, name, full_after(0 if name != "write" else 5))
        with pytest.raises(OutputError, match="the synthetic recording could not be written whole"):
            synthesize(SCRIPT, output=tmp_path / "new/made")
    assert left_in(tmp_path) == []
    assert left_in(synthesize(SCRIPT, output=tmp_path / "new/made")) == FILES


def test_full_disk_while_another_is_replaced_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = synthesize(SCRIPT, output=tmp_path / "made")
    before = tree_bytes(tmp_path)
    monkeypatch.setattr(video_encoder.VideoEncoder, "write", full_after(3))
    with pytest.raises(OutputError, match="but got a full disk"):
        synthesize(SCRIPT, output=folder, force=True)
    assert tree_bytes(tmp_path) == before


KILLED = """
import os, signal, sys
from groupaffect.synthetic.synthesis import synthesize
def hook(step, *, completed, total):
    if completed > 0.3:
        os.kill(os.getpid(), signal.SIGKILL)
synthesize(sys.argv[1], output=sys.argv[2], hook=hook)
"""


def test_killed_run_shows_nothing_and_the_next_cleans_up(tmp_path: Path) -> None:
    script = tmp_path / "own.toml"
    script.write_text(script_to_toml(SCRIPT))
    done = run_python("-c", KILLED, str(script), str(tmp_path / "out/made"))
    assert done.returncode == -9, done.stderr
    assert [name.startswith(".made.writing-") for name in left_in(tmp_path / "out")] == [True]
    synthesize(SCRIPT, output=tmp_path / "out/made")
    assert left_in(tmp_path / "out") == ["made"]


def test_process_that_draws_and_dies_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dead:
        def recv(self) -> None:
            raise EOFError

    class Gone:
        def __enter__(self) -> Dead:
            return Dead()

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(crew, "_filming", lambda *_, **__: Gone())
    with pytest.raises(OutputError, match="but got a process that ended before frame 0"):
        synthesize(SCRIPT, output=tmp_path / "made", n_processes=2)
    assert left_in(tmp_path) == []


def test_progress_is_told_in_seconds_of_media(tmp_path: Path) -> None:
    told: list[tuple[str, float, float | None]] = []

    def hook(step: str, *, completed: float, total: float | None) -> None:
        told.append((step, completed, total))

    synthesize(SCRIPT, output=tmp_path / "made", hook=hook)
    assert told == [("render", k / 10, 2.0) for k in range(20)]
