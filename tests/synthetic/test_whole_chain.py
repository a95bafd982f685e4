"""From a script to a session: what is rendered is found again, and by its name."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from app.in_this_process import analyze_in_this_process
from groupaffect.app import demo
from groupaffect.app.command_line import main
from groupaffect.app.demo import has_display
from groupaffect.app.demo_table import recognition_lines
from groupaffect.evaluation.known_recording import score_recording
from groupaffect.faces.detector import box_iou
from groupaffect.faces.layout import find_layout, tile_of
from groupaffect.session import Session, load_session
from groupaffect.synthetic.crew import film_together
from groupaffect.synthetic.filming import film
from groupaffect.synthetic.places import place_people
from groupaffect.synthetic.script import Script, ScriptedPerson
from synthetic.made_scripts import make_script


def table_of(path: Path) -> dict[str, np.ndarray]:
    table = pq.read_table(path)
    return {name: np.array(table[name].to_pylist()) for name in table.column_names}


def boxes_of(table: dict[str, np.ndarray], participant: str) -> np.ndarray:
    x, y, w, h = (table[f"face_{side}"] for side in ("x", "y", "width", "height"))
    rows = table["participant"] == participant
    return np.stack([x, y, x + w, y + h], axis=1)[rows]


@pytest.fixture
def session(synthetic_call: Path) -> Session:
    return load_session(synthetic_call / "session")


def test_four_people_are_found_in_their_tiles_under_their_names(session: Session) -> None:
    found = [(p.participant, p.name, p.tile_row, p.tile_column) for p in session.participants]
    assert found == [
        *(("P1", "Ada", 1, 1), ("P2", "Ben", 1, 2)),
        *(("P3", "Cid", 2, 1), ("P4", "Dee", 2, 2)),
    ]
    assert min(person.visible_share for person in session.participants) > 0.95


def test_faces_are_found_where_they_truly_are(synthetic_call: Path) -> None:
    found = table_of(synthetic_call / "session/faces.parquet")
    true = table_of(synthetic_call / "recording/faces.parquet")
    for participant in ("P1", "P2", "P3", "P4"):
        mine, theirs = boxes_of(found, participant), boxes_of(true, participant)
        assert len(mine) == len(theirs)
        overlap = np.array(
            [box_iou(a[None], b[None])[0, 0] for a, b in zip(mine, theirs, strict=True)]
        )
        assert np.nanmedian(overlap) > 0.6


def test_happy_is_read_more_often_than_by_chance(synthetic_call: Path, session: Session) -> None:
    recognition = score_recording(session.analysis(), synthetic_call / "recording/truth.csv")
    assert recognition.everybody["fused"].recall["happy"] > 0.5
    assert recognition.chance_recall == 0.5
    lines = recognition_lines(recognition, session.participants)
    assert lines[0].startswith("share of 20 person-seconds read rightly; recall is the mean over 2")
    assert [line[2:16].strip() for line in lines[2:7]] == [
        *("image model", "landmark model", "both, half and", "both, adaptive", "always one emo")
    ]
    assert lines[7] == "  P1 Ada, P2 Ben, P3 Cid, P4 Dee"
    assert "rendered, and read worse than real ones" in lines[8]


@pytest.mark.parametrize(("layout", "n"), [("1x2", 2), ("2x2", 3), ("3x3", 9), ("room", 4)])
def test_layout_is_taken_for_what_it_is(layout: str, n: int) -> None:
    who = tuple(ScriptedPerson(f"Person {k}", k) for k in range(n))
    size = {"width_px": 640, "height_px": 360, "rate_hz": 1.0}
    script = Script("seated", 6.0, layout, who, **size)  # type: ignore[arg-type]
    frames = list(film(script))
    greys = [np.asarray(Image.fromarray(frame.rgb).convert("L")) for frame in frames]
    found = find_layout(greys, np.concatenate([frame.box_xyxy_px for frame in frames]))
    assert found.kind == ("room" if layout == "room" else "grid")
    homes = tile_of(found.tiles_xyxy_px, frames[0].box_xyxy_px)
    seats = [(found.row[home], found.column[home]) for home in homes]
    wanted = [(place.row or 1, place.column or 1) for place in place_people(script)]
    assert seats == wanted


def test_processes_that_draw_together_draw_the_same() -> None:
    script = make_script(duration_s=1.0, rate_hz=3.0)
    alone, together = list(film(script)), list(film_together(script, n_processes=2))
    assert len(alone) == 3
    for a, b in zip(alone, together, strict=True):
        assert np.array_equal(a.rgb, b.rgb)
        assert np.array_equal(a.landmark_xy_px, b.landmark_xy_px)


def test_demo_that_is_complete_says_what_was_found_and_opens_nothing(
    synthetic_call: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[object] = []
    monkeypatch.setattr(demo, "_open", opened.append)
    analyze_in_this_process(monkeypatch)
    script = synthetic_call / "call.toml"
    monkeypatch.setattr(
        "groupaffect.synthetic.demo.demo_text", lambda: script.read_text(encoding="utf-8")
    )
    with pytest.raises(SystemExit) as stopped:
        main(("demo", "--output", str(synthetic_call), "--json", "-"))
    said = capsys.readouterr()
    assert stopped.value.code == 0
    result = json.loads(said.out)
    assert result["status"] == "already complete"
    assert result["report"] == str(synthetic_call / "session/report.html")
    assert 0 < result["recognition"]["everybody"]["image"]["accuracy"] <= 1
    assert result["profile"] is None  # nobody in this call looks otherwise at rest
    assert "already complete in" in said.err
    assert said.err.splitlines()[-1] == f"open {synthetic_call / 'session/report.html'}"
    assert opened == []


@pytest.mark.parametrize(
    ("platform", "variables", "seen"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("darwin", {}, True),
        ("darwin", {"SSH_CONNECTION": "1.2.3.4"}, False),
    ],
)
def test_report_is_opened_only_where_somebody_could_see_it(
    monkeypatch: pytest.MonkeyPatch, platform: str, variables: dict[str, str], seen: bool
) -> None:
    shown: list[str] = []
    monkeypatch.setattr("webbrowser.open", shown.append)
    monkeypatch.setattr("sys.platform", platform)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert has_display() == seen
    demo._open(Path("report.html"))
    assert len(shown) == seen
