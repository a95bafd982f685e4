from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon

from groupaffect.evaluation.across_sessions.measures import (
    MEASURES,
    measure_agreement,
    measure_session,
)
from groupaffect.own_changes import find_own_changes
from groupaffect.settings import GroupSettings
from groupaffect.types import EMOTIONS
from reference.random_session import make_analysis, make_empty_analysis, write_session
from reference.studied_sessions import write_studied_session


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sessions") / "talk"
    return write_session(folder, make_analysis(n_participants=3)).path


def slow_agreement(probability: np.ndarray, member: int, *, later_s: int = 0) -> float:
    """Return the mean alikeness of a member to each other, who come later, in a circle."""
    n_s, n_members = probability.shape[:2]
    pairs = []
    for other in range(n_members):
        alike = []
        for second in range(n_s):
            own, theirs = probability[second, member], probability[(second + later_s) % n_s, other]
            if not np.isnan([own, theirs]).any():
                alike.append(1 - jensenshannon(own, theirs, base=2) ** 2)
        if other != member:
            pairs.append(np.mean(alike))
    return float(np.mean(pairs))


def test_agreement_equals_the_slow_twin(rng: np.random.Generator) -> None:
    probability = rng.dirichlet(np.ones(7), (60, 3))
    probability[5:12, 1] = np.nan
    found = measure_agreement(probability, settings=GroupSettings())
    lags = range(20, 41, 5)  # no nearer than min_shift_s, a step of half a count window
    for member in range(3):
        now = slow_agreement(probability, member)
        later = np.mean([slow_agreement(probability, member, later_s=lag) for lag in lags])
        assert found["agreement"][member] == pytest.approx(now, abs=1e-5)
        assert found["agreement_beyond_chance"][member] == pytest.approx(now - later, abs=1e-5)


def test_one_member_agrees_with_nobody() -> None:
    found = measure_agreement(np.eye(7)[[6] * 50][:, None], settings=GroupSettings())
    assert np.isnan([*found["agreement"], *found["agreement_beyond_chance"]]).all()


def test_measures_of_a_session_equal_loops_over_its_tables(folder: Path) -> None:
    made = make_analysis(n_participants=3)
    found = measure_session(write_session(folder, made, force=True), name="talk")
    assert [*found.values] == [*MEASURES]
    for place, who in enumerate(found.participants):
        read = made.signal(who, "fused").probability
        seen = [second for second in range(len(read)) if not np.isnan(read[second]).any()]
        words = [EMOTIONS[int(np.argmax(read[second]))] for second in seen]
        assert found.values["seen_s"][place] == len(seen)
        for emotion in EMOTIONS:
            assert found.values[emotion][place] == pytest.approx(words.count(emotion) / len(words))
        bad = sum(words.count(word) for word in ("angry", "disgust", "fear", "sad"))
        assert found.values["negative"][place] == pytest.approx(bad / len(words))
        weights = [
            made.fusion.weight[window, place, 0]
            for second in seen
            for window in range(len(made.fusion.window_start_s))
            if made.fusion.window_start_s[window] <= second < made.fusion.window_end_s[window]
        ]
        assert found.values["image_weight"][place] == pytest.approx(np.mean(weights), abs=1e-5)
        told = made.members.engaged[:, place]
        engaged = np.mean(told[told >= 0] == 1)
        assert found.values["engaged_share"][place] == pytest.approx(engaged)
    assert found.group_kind == "homogeneous"
    assert found.values["synchrony"].tolist() == pytest.approx([0.1] * 3)


def test_changes_are_counted_without_the_others(folder: Path) -> None:
    made = make_analysis(n_participants=3)
    session = write_session(folder, made, force=True)
    found = measure_session(session, name="talk")
    image, landmark = (
        np.stack([s.probability for s in made.signals if s.source == source], axis=1)
        for source in ("image", "landmark")
    )
    alone = find_own_changes(
        image[:, :1], landmark[:, :1], participants=["P1"], settings=session.record.settings
    )
    a_minute = 60 * len(alone.change_s[0]) / found.values["seen_s"][0]
    assert found.values["changes_per_min"][0] == pytest.approx(a_minute)


def test_who_is_hardly_seen_has_no_measures(tmp_path: Path) -> None:
    found = measure_session(
        write_studied_session(tmp_path / "short", happy_share=[0.5, 0.2], n_s=20), name="short"
    )
    assert found.values["seen_s"].tolist() == [20, 20]
    assert np.isnan(found.values["positive"]).all()


def test_nobody_seen_is_a_session_without_participants(tmp_path: Path) -> None:
    found = measure_session(write_session(tmp_path / "n", make_empty_analysis()), name="n")
    assert found.participants == ()
    assert found.values["happy"].shape == (0,)
    assert found.group_kind == ""


def test_a_session_without_states_has_no_synchrony(tmp_path: Path) -> None:
    made = replace(make_analysis(n_participants=2), states=())
    found = measure_session(write_session(tmp_path / "n", made), name="n")
    assert np.isnan([found.group_synchrony, *found.values["synchrony"]]).all()
