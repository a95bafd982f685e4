"""What the demonstration learns of a resting face, on a made session."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from groupaffect.app.demo_profile import learn_from_rest, profile_lines
from groupaffect.fusion.mix import fuse
from groupaffect.group_lessons import MembersRead
from groupaffect.profile_files import load_profile
from groupaffect.session import load_session
from groupaffect.settings import Settings
from groupaffect.synthetic.script import Script, ScriptedEmotion, ScriptedPerson
from groupaffect.types import EMOTIONS
from reference.personal_session import make_group_readings, make_truth, write_personal

N_S, REST_S = 160, 20.0


def make_resting_script(*, rest_s: float = REST_S, strength: float = 0.5) -> Script:
    people = (
        ScriptedPerson("Ann", 1, resting_emotion="sad", resting_strength=strength),
        *(ScriptedPerson(f"Person {k}", k) for k in (2, 3, 4)),
    )
    happy = ScriptedEmotion(rest_s, float(N_S), "happy")
    return Script("made", float(N_S), "2x2", people, timeline=(happy,))


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def fuse_evenly(read: MembersRead, settings: Settings) -> np.ndarray:
        return fuse(read.image, read.landmark, 0.5)

    for module in ("group_lessons", "evaluation.personal.sources"):
        monkeypatch.setattr(f"groupaffect.{module}.fuse_read", fuse_evenly)
    truth = make_truth(N_S)
    truth[: int(REST_S)] = EMOTIONS.index("neutral")
    write_personal(tmp_path / "session", make_group_readings(truth, sadness=4.0))
    rows = (f"{second},{EMOTIONS[k]}" for second, k in enumerate(truth[:, 0]))
    (tmp_path / "truth.csv").write_text("\n".join(["second,P1", *rows]), encoding="utf-8")
    return tmp_path / "session"


def test_who_seems_sad_at_rest_is_read_better_with_a_profile(session: Path) -> None:
    path = session.parent / "profile.json"
    path.write_text("of an earlier run", encoding="utf-8")
    truth = session.parent / "truth.csv"
    learned = learn_from_rest(make_resting_script(), session, truth, path)
    assert learned is not None
    assert (learned.participant, learned.looks, learned.rest_s) == ("P1", "sad", REST_S)
    assert learned.macro_f1 > learned.macro_f1_before + 0.2
    assert 0 < learned.n_seconds <= N_S - REST_S
    assert load_profile(path).participant == "P1"
    read = next(s for s in load_session(session).signals if s.source == "fused")
    labels = [EMOTIONS[k] for k in read.probability[: int(REST_S)].argmax(axis=1)]
    assert learned.read_as == max(EMOTIONS, key=labels.count) != "neutral"
    first, second, *_, last = profile_lines(learned, session)
    assert first == (
        "P1 Ann: the resting face seems to show another expression than neutral, and is read as "
        f"{learned.read_as};"
    )
    assert "the first 20 s" in second
    assert last.endswith(f"--profile P1={path}")


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(make_resting_script(strength=0.0), id="nobody"),
        pytest.param(make_resting_script(rest_s=1.0), id="too short"),
    ],
)
def test_without_a_resting_face_or_a_rest_there_is_no_profile(
    session: Path, script: Script
) -> None:
    path = session.parent / "profile.json"
    assert learn_from_rest(script, session, session.parent / "truth.csv", path) is None
    assert not path.exists()
