from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from groupaffect.synthetic.acting import Performance, act, ease, frame_times
from groupaffect.synthetic.face_habits import BLINK_S, STRAY_STRENGTH, blink, speak, stray, sway
from groupaffect.synthetic.script import Script, ScriptedEmotion, ScriptedPerson
from groupaffect.synthetic.showing import (
    MIN_TRUE_STRENGTH,
    NEUTRAL,
    show_at,
    true_seconds,
)
from groupaffect.types import EMOTIONS
from synthetic.made_scripts import make_script, people, random_script

HAPPY, SAD, ANGRY = (EMOTIONS.index(word) for word in ("happy", "sad", "angry"))
SMILE = ScriptedEmotion(4.0, 8.0, "happy")


def same(a: Performance, b: Performance) -> bool:
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in a.__slots__)


def one(person: ScriptedPerson, *timeline: ScriptedEmotion, **how: object) -> Script:
    return make_script(*timeline, who=(person,), **how)  # type: ignore[arg-type]


ADA = people(1)[0]


def shown_slowly(script: Script, person: ScriptedPerson, time_s: float) -> tuple[int, float]:
    """Return what a person shows at one time, rule by rule."""
    for entry in script.timeline:
        if entry.person == person.name and entry.start_s <= time_s < entry.end_s:
            return found(entry, person)
    for start_s, end_s in person.unengaged:
        if start_s <= time_s < end_s:
            return NEUTRAL, 0.0
    for entry in script.timeline:
        group_time_s = time_s - person.lateness_s
        if entry.person is None and entry.start_s <= group_time_s < entry.end_s:
            return found(entry, person)
    return NEUTRAL, 0.0


def found(entry: ScriptedEmotion, person: ScriptedPerson) -> tuple[int, float]:
    if entry.emotion == "neutral":
        return NEUTRAL, 0.0
    return EMOTIONS.index(entry.emotion), min(1.25, entry.strength * person.expressiveness)


def test_shown_equals_the_rules_one_by_one(rng: np.random.Generator) -> None:
    for _ in range(20):
        script = random_script(rng)
        time_s = np.arange(0, 20, 0.125)
        for person in script.people:
            shown = show_at(script, person, time_s)
            slow = [shown_slowly(script, person, t) for t in time_s.tolist()]
            assert list(zip(shown.emotion.tolist(), shown.strength.tolist(), strict=True)) == slow


def test_truth_of_a_second_is_what_is_shown_in_its_middle(rng: np.random.Generator) -> None:
    for _ in range(10):
        script = random_script(rng)
        for person in script.people:
            truth = true_seconds(script, person)
            assert len(truth.emotion) == 20
            for second in range(20):
                emotion, strength = shown_slowly(script, person, second + 0.5)
                clear = strength >= MIN_TRUE_STRENGTH
                assert truth.emotion[second] == (emotion if clear else NEUTRAL)
                assert truth.strength[second] == (strength if clear else 0.0)


def test_same_script_is_acted_the_same_and_another_seed_otherwise() -> None:
    first, again, other = (act(make_script(SMILE, seed=seed), 1) for seed in (1, 1, 2))
    assert same(first, again)
    assert not same(first, other)
    assert not np.array_equal(first.eyes_closed, act(make_script(SMILE, seed=1), 0).eyes_closed)


def test_longer_recording_begins_the_same() -> None:
    short = act(make_script(SMILE), 0)
    long = act(make_script(SMILE, duration_s=60.0), 0)
    for name in Performance.__slots__:
        assert np.array_equal(getattr(long, name)[: len(short)], getattr(short, name))


def test_lateness_shifts_the_group_by_exactly_that_and_nothing_else() -> None:
    own = ScriptedEmotion(12.0, 14.0, "angry", person="Ada")
    prompt = act(one(ADA, SMILE, own), 0)
    late = act(one(replace(ADA, lateness_s=0.7), SMILE, own), 0)
    early = prompt.emotion_strength[:, HAPPY]
    assert np.array_equal(late.emotion_strength[7:, HAPPY], early[:-7])
    assert np.array_equal(late.emotion_strength[:, ANGRY], prompt.emotion_strength[:, ANGRY])
    assert np.array_equal(late.eyes_closed, prompt.eyes_closed)


@pytest.mark.parametrize("expressiveness", [0.0, 0.3, 0.5])
def test_expressiveness_scales_every_strength(expressiveness: float) -> None:
    whole = act(one(ADA, SMILE), 0).emotion_strength
    scaled = act(one(replace(ADA, expressiveness=expressiveness), SMILE), 0).emotion_strength
    assert scaled == pytest.approx(expressiveness * whole)
    assert whole.max() == pytest.approx(1.0)


def test_unengaged_person_follows_nothing_of_the_group() -> None:
    dreamer = replace(ADA, unengaged=((0.0, 20.0),))
    assert same(act(one(dreamer, SMILE), 0), act(one(dreamer), 0))
    assert true_seconds(one(dreamer, SMILE), dreamer).strength.max() == 0
    strays = act(one(dreamer, SMILE), 0).emotion_strength
    assert 0 < strays.max() <= STRAY_STRENGTH < MIN_TRUE_STRENGTH


def test_unengaged_person_still_shows_what_is_their_own() -> None:
    dreamer = replace(ADA, unengaged=((0.0, 20.0),))
    own = replace(SMILE, person="Ada")
    shown = true_seconds(one(dreamer, own), dreamer)
    assert np.flatnonzero(shown.emotion == HAPPY).tolist() == [4, 5, 6, 7]


def test_nobody_depends_on_the_others() -> None:
    alone = act(make_script(SMILE, who=people(1)), 0)
    among = act(make_script(SMILE, replace(SMILE, person="Ben"), who=people(4)), 0)
    assert same(alone, among)


def test_resting_face_is_had_whenever_nothing_stronger_is_shown() -> None:
    rosa = replace(ADA, resting_emotion="sad", resting_strength=0.4)
    hint = ScriptedEmotion(12.0, 16.0, "happy", 0.3)
    script = one(rosa, SMILE, hint)
    strength = act(script, 0).emotion_strength
    time_s = frame_times(script)
    at_rest = time_s < 4.0
    assert strength[at_rest, SAD] == pytest.approx(0.4)
    smiling = (time_s >= 5.0) & (time_s < 8.0)
    assert strength[smiling][:, [HAPPY, SAD]] == pytest.approx(np.tile([1.0, 0.0], (30, 1)))
    hinting = (time_s >= 13.0) & (time_s < 16.0)
    assert strength[hinting][:, [HAPPY, SAD]] == pytest.approx(np.tile([0.3, 0.4], (30, 1)))
    assert set(true_seconds(script, rosa).emotion.tolist()) == {NEUTRAL, HAPPY}


def test_ease_is_over_in_half_a_second_and_never_ahead() -> None:
    wanted = np.repeat([0.0, 1.0, 0.0], 20)[:, None]
    eased = ease(wanted, rate_hz=10.0)[:, 0]
    assert eased[:20].max() == 0
    assert eased[24] == pytest.approx(1.0)
    assert eased[44] == pytest.approx(0.0)
    assert (np.diff(eased[20:25]) > 0).all()
    assert np.abs(np.diff(eased)).max() < 0.6


def test_ease_of_one_frame_a_second_is_at_once() -> None:
    wanted = np.array([[0.0], [1.0], [0.5]])
    assert np.array_equal(ease(wanted, rate_hz=1.0), wanted)


def test_blinks_come_every_two_to_six_seconds(rng: np.random.Generator) -> None:
    time_s = np.arange(0, 300, 0.01)
    closed = blink(time_s, rng) > 0
    starts = time_s[1:][closed[1:] & ~closed[:-1]]
    assert ((np.diff(starts) > 1.98) & (np.diff(starts) < 6.02)).all()
    assert closed.sum() * 0.01 / len(starts) == pytest.approx(BLINK_S, abs=0.02)


def test_speech_opens_the_mouth_some_times_a_second(rng: np.random.Generator) -> None:
    time_s = np.arange(0, 60, 0.02)
    opening = speak(time_s, rng)
    assert opening.min() >= 0.0
    assert 0.5 < opening.max() <= 0.7
    peaks = (opening[1:-1] > opening[:-2]) & (opening[1:-1] >= opening[2:])
    assert 1.5 < peaks.sum() / 60 < 5.0
    talker = replace(ADA, speaking=((3.0, 9.0),))
    acted = act(one(talker), 0).mouth_open
    assert acted[:30].max() == acted[90:].max() == 0.0
    assert acted[30:90].max() > 0.2


def test_sway_and_strays_stay_small(rng: np.random.Generator) -> None:
    time_s = np.arange(0, 200, 0.1)
    swayed, strayed = sway(time_s, rng), stray(time_s, rng)
    assert np.abs(swayed).max() <= 1
    assert np.abs(np.diff(swayed)).max() < 0.16  # a tenth of a second of the fastest wave
    assert (np.count_nonzero(strayed, axis=1) <= 1).all()
    assert 0.1 < (strayed > 0).any(axis=1).mean() < 0.5


def test_state_is_one_frame_of_a_performance() -> None:
    acted = act(make_script(SMILE), 0)
    state = acted.state(60)
    assert state.emotion_strength[HAPPY] == pytest.approx(1.0)
    assert state.shift_xy == tuple(acted.shift_xy[60].tolist())
    assert (state.turn_deg, state.roll_deg) == (acted.turn_deg[60], acted.roll_deg[60])
