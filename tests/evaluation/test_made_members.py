from __future__ import annotations

import numpy as np
import pytest

from groupaffect.change_log import flush_changes, start_changes, step_changes
from groupaffect.evaluation.made_members import (
    SIGNALS,
    find_changes,
    make_scores,
    to_probability,
)
from groupaffect.settings import SignalSettings


@pytest.mark.parametrize("signal", SIGNALS)
def test_changes_equal_those_of_the_log(rng: np.random.Generator, signal: str) -> None:
    scores = make_scores(rng, SIGNALS[signal], n_seconds=200, n_members=3)
    probability, settings = to_probability(scores), SignalSettings()
    log = start_changes(["0", "1", "2"], settings=settings, tolerance_s=2, own_history_only=True)
    events = []
    for second, row in enumerate(probability):
        log, settled = step_changes(log, second, row, np.ones(3, dtype=bool))
        events += settled
    events += flush_changes(log)[1]
    found = find_changes(probability, settings=settings)
    for k in range(3):
        own = [e for e in events if e.participants == (str(k),)]
        assert found.candidate_s[k].tolist() == sorted(int(e.start_s) for e in own)
        kept = [int(e.start_s) for e in own if e.kind == "individual"]
        assert found.kept_s[k].tolist() == sorted(kept)


@pytest.mark.parametrize(("signal", "wanted"), [("white", 0.0), ("AR(.5)", 0.5), ("AR(.9)", 0.9)])
def test_scores_go_on_as_they_say(rng: np.random.Generator, signal: str, wanted: float) -> None:
    scores = make_scores(rng, SIGNALS[signal], n_seconds=4000, n_members=2)[..., 0]
    assert np.corrcoef(scores[:-1, 0], scores[1:, 0])[0, 1] == pytest.approx(wanted, abs=0.05)
    assert scores.std() == pytest.approx(1.0, abs=0.1)
    assert abs(np.corrcoef(scores.T)[0, 1]) < 0.15


def test_shared_variance_is_what_was_asked_for_and_comes_later(rng: np.random.Generator) -> None:
    made = {"n_seconds": 8000, "n_members": 3, "shared": 0.4}
    scores = make_scores(rng, SIGNALS["white"], lag_s=5, **made)[..., 0]
    assert np.corrcoef(scores[:, 0], scores[:, 2])[0, 1] == pytest.approx(0.4, abs=0.04)
    assert np.corrcoef(scores[:-5, 0], scores[5:, 1])[0, 1] == pytest.approx(0.4, abs=0.04)
    assert abs(np.corrcoef(scores[:, 0], scores[:, 1])[0, 1]) < 0.05


def test_liveliness_waxes_and_wanes_over_minutes(rng: np.random.Generator) -> None:
    scores = make_scores(rng, SIGNALS["waxing"], n_seconds=6000, n_members=1)[:, 0, :6]
    level = np.log(scores.reshape(100, 60, 6).std(axis=(1, 2)))
    assert np.corrcoef(level[:-1], level[1:])[0, 1] > 0.3
