"""Rendered casts: one person is biased at rest, and the later script is another one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from groupaffect.evaluation.personal.rendered_casts import BIASED, REST_S, make_cast
from groupaffect.evaluation.personal.rendered_people import (
    NOTHING,
    WAYS,
    WayTried,
    find_members,
    try_cast,
)
from groupaffect.evaluation.personal.rendered_study import summarise_people
from groupaffect.fusion.mix import fuse
from groupaffect.group_lessons import MembersRead
from groupaffect.session import load_session
from groupaffect.settings import Settings
from groupaffect.synthetic.showing import NEUTRAL, true_seconds
from groupaffect.types import EMOTIONS


@pytest.fixture(autouse=True)
def even_fusion(monkeypatch: pytest.MonkeyPatch) -> None:
    """Adaptive fusion has its own tests; with types checked, minutes of it take long."""

    def fuse_evenly(read: MembersRead, settings: Settings) -> np.ndarray:
        return fuse(read.image, read.landmark, 0.5)

    for module in ("group_lessons", "evaluation.personal.rendered_people"):
        monkeypatch.setattr(f"groupaffect.{module}.fuse_read", fuse_evenly)


def test_one_of_a_cast_is_biased_and_emotions_take_turns() -> None:
    casts = [make_cast(number, learn_s=60, later_s=30) for number in range(6)]
    assert [cast.resting_emotion for cast in casts] == list(EMOTIONS[:NEUTRAL])
    for cast in casts:
        for script in (cast.learn, cast.later):
            strengths = [person.resting_strength for person in script.people]
            assert strengths[0] > 0 == strengths[1] == strengths[2] == strengths[3]
    seeds = [p.identity_seed for cast in casts for p in cast.learn.people]
    assert len(set(seeds)) == 24


def test_the_later_recording_has_the_same_people_and_another_script() -> None:
    cast = make_cast(0, learn_s=120, later_s=100)
    again = make_cast(0, learn_s=120, later_s=100)
    assert cast == again
    for before, after in zip(cast.learn.people, cast.later.people, strict=True):
        assert before.identity_seed == after.identity_seed
        assert before.speaking != after.speaking
        assert before.noise < after.noise
    shown = [true_seconds(s, s.people[1]).emotion[:100] for s in (cast.learn, cast.later)]
    assert (shown[0] != shown[1]).any()
    assert cast.learn.seed != cast.later.seed


def test_everybody_rests_before_the_first_expression() -> None:
    script = make_cast(2, learn_s=120, later_s=30).learn
    for person in script.people:
        assert (true_seconds(script, person).emotion[:REST_S] == NEUTRAL).all()
    shown = np.stack([true_seconds(script, person).emotion for person in script.people])
    assert (shown[:, REST_S:] != NEUTRAL).any()


def test_a_short_cast_is_filmed_read_and_examined(tmp_path: Path) -> None:
    cast = make_cast(3, learn_s=26, later_s=6)
    tried = try_cast(cast, 3, folder=tmp_path)
    assert [one.place for one in tried if one.biased] == [BIASED]
    for one in tried:
        assert set(one.ways) == set(WAYS)
        assert 0 <= one.before["accuracy"] <= 1
        assert one.ways["offset"].refused, "six seconds of a group are too few"
        assert one.ways["offset"].decided["macro_f1"] == 0.0
        assert not one.ways["neutral stretch"].refused
    assert any(one.before["accuracy"] > 0.5 for one in tried)
    session, script = load_session(tmp_path / "learn" / "session"), cast.learn
    boxes = pq.read_table(tmp_path / "learn" / "made" / "faces.parquet")
    seen = pq.read_table(session.path / "faces.parquet")
    for who, told in zip(find_members(session, script), ("P1", "P2", "P3", "P4"), strict=True):
        at, truly = _middle(seen, who), _middle(boxes, told)
        assert np.abs(at - truly).max() < 20, "ids need not be those of the script, places are"
    biased = summarise_people([one for one in tried if one.biased])
    assert biased["n"] == 1
    anyway = biased["ways"]["neutral stretch"]["anyway"]["macro_f1"]["mean"]
    assert anyway == tried[0].ways["neutral stretch"].anyway["macro_f1"]
    assert all(not one.bias.any() for one in NOTHING.values())
    assert isinstance(tried[0].ways["head"], WayTried)


def _middle(table: pa.Table, who: str) -> np.ndarray:
    """Return the mean middle of somebody's face."""
    own = table.filter(pc.equal(table["participant"], who))
    return np.array(
        [
            np.nanmean(own[f"face_{axis}"].to_numpy() + own[f"face_{side}"].to_numpy() / 2)
            for axis, side in (("x", "width"), ("y", "height"))
        ]
    )
