from __future__ import annotations

import numpy as np
import pytest

from groupaffect.evaluation.benchmark import recorded
from groupaffect.evaluation.benchmark.recorded import cast_anew, read_rendered
from groupaffect.evaluation.benchmark.suites import score_sessions
from groupaffect.synthetic.demo import demo_script
from groupaffect.synthetic.script import Script
from groupaffect.synthetic.script_reading import script_from_toml
from groupaffect.types import EMOTIONS
from synthetic.made_scripts import CALL


def test_new_casts_play_the_same_parts() -> None:
    first, second = cast_anew(demo_script(), 0), cast_anew(demo_script(), 1)
    seeds = [p.identity_seed for made in (first, second) for p in made.people]
    assert len({*seeds}) == 8
    assert first.timeline == second.timeline == demo_script().timeline
    assert [p.expressiveness for p in first.people] == [p.expressiveness for p in second.people]


def test_rendered_sessions_have_the_truth_of_their_script(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def short() -> Script:
        return script_from_toml(CALL, name="call.toml")

    monkeypatch.setattr(recorded, "demo_script", short)
    told: list[tuple[int, int]] = []
    (session,) = read_rendered(n=1, on_session=lambda done, total: told.append((done, total)))
    assert told == [(1, 1)]
    assert len(session.participants) == len(short().people)
    assert (session.truth >= 0).all()
    shown = {EMOTIONS[k] for k in np.unique(session.truth)}
    assert shown <= {"neutral", *(entry.emotion for entry in short().timeline)}
    methods = {m["method"]: m for m in score_sessions([session], seed=0)["methods"]}
    assert {"image", "landmark", "default", "oracle"} <= methods.keys()
