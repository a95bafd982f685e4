"""A study end to end: simulated raters whose agreement is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from groupaffect.errors import RatingsError
from groupaffect.evaluation.agreement.study import study_agreement
from groupaffect.evaluation.ratings.seconds import RatedSeconds
from groupaffect.types import EMOTIONS
from reference.simulated_raters import RATERS, share_of_neutral, simulate_study

SEES = 0.8
KNOWN_ALPHA = SEES**2


def rated(emotion: np.ndarray, *, session: str = "", participant: str = "P1") -> RatedSeconds:
    n = len(emotion)
    raters = tuple("abcd"[: emotion.shape[1]])
    return RatedSeconds(raters, np.full(n, session), np.full(n, participant), np.arange(n), emotion)


@pytest.fixture(scope="module")
def study_rated() -> RatedSeconds:
    rng = np.random.default_rng(3)
    return simulate_study(rng, habit=share_of_neutral(0.4), sees=SEES, n_s=600)


def test_study_recovers_the_known_agreement_within_its_intervals(
    study_rated: RatedSeconds,
) -> None:
    found = study_agreement(study_rated)
    assert (found.raters, found.k) == (RATERS, 2)
    assert found.stretches.are_enough
    whole = found.overall
    for interval in (whole.alpha_interval, whole.fleiss_kappa_interval):
        assert interval is not None
        assert interval[0] < KNOWN_ALPHA < interval[1]
        assert interval[1] - interval[0] < 0.08
    kappas = [pair.kappa_interval for pair in whole.pairs]
    assert len(kappas) == 3
    assert all(low <= KNOWN_ALPHA <= high for low, high in filter(None, kappas))
    assert whole.majority_chance < 0.65 < 0.9 < whole.majority
    assert {key[1] for key in found.by_participant} == {"P1", "P2", "P3", "P4"}
    assert all(abs(one.alpha - KNOWN_ALPHA) < 0.08 for one in found.by_participant.values())
    assert all(abs(one.alpha - KNOWN_ALPHA) < 0.1 for one in found.by_emotion.values())
    assert sum(found.truth[""].share.values()) == pytest.approx(1)
    assert found.warnings == ()


def test_study_does_not_depend_on_where_seconds_start(study_rated: RatedSeconds) -> None:
    later = replace(study_rated, second=study_rated.second + 40)
    assert study_agreement(later).overall == study_agreement(study_rated).overall


def test_study_of_few_blocks_gives_no_interval(rng: np.random.Generator) -> None:
    short = simulate_study(rng, habit=share_of_neutral(0.4), sees=SEES, n_s=60)
    found = study_agreement(short)
    assert not found.stretches.are_enough
    assert found.overall.alpha_interval is None
    assert found.truth[""].interval["happy"] is None
    assert np.isfinite(found.overall.alpha)


def test_study_of_slow_disagreement_takes_longer_blocks(rng: np.random.Generator) -> None:
    # The third rater is wrong for spells of 25 s.
    truth = rng.integers(0, 7, 2000)
    wrong = np.where(np.repeat(rng.random(80) < 0.5, 25), (truth + 1) % 7, truth)
    found = study_agreement(rated(np.stack([truth, truth, wrong], axis=1)))
    assert found.stretches.autocorrelation_s > 10
    assert not found.stretches.are_enough


def test_study_takes_longer_blocks_for_the_truth_than_for_agreement(
    study_rated: RatedSeconds,
) -> None:
    found = study_agreement(study_rated)
    assert found.stretches.autocorrelation_s < 1.5  # raters err anew in each second
    # Expressions last 4 s on average: (1 + 3/4) / (1 - 3/4) = 7 s; the longest of seven estimates.
    assert 6 < found.truth_stretches.autocorrelation_s < 14


def test_truth_of_recordings_that_differ_is_not_taken_for_memory(rng: np.random.Generator) -> None:
    # Happy throughout in one recording, sad in the other, but for seconds by chance.
    label = np.repeat([3, 4], 500)
    said = np.where(rng.random(1000) < 0.3, rng.integers(0, 7, 1000), label)
    both = rated(np.stack([said, said], axis=1))
    found = study_agreement(replace(both, session=np.repeat(["a", "b"], 500)))
    assert found.truth_stretches.autocorrelation_s < 2


def test_study_of_many_sessions_draws_sessions(rng: np.random.Generator) -> None:
    emotion = rng.integers(0, 7, (400, 3))
    many = replace(rated(emotion), session=np.repeat([f"s{n:02}" for n in range(20)], 20))
    found = study_agreement(many)
    assert (found.stretches.kind, found.stretches.n, found.stretches.block_s) == (
        "session",
        20,
        None,
    )
    assert found.overall.alpha_interval is not None
    assert len(found.truth) == 20


def test_study_of_one_label_says_that_alpha_is_undefined() -> None:
    found = study_agreement(rated(np.full((300, 3), EMOTIONS.index("neutral"))))
    assert np.isnan(found.overall.alpha)
    assert found.overall.alpha_interval is None
    assert found.overall.majority == found.overall.majority_chance == 1
    assert (
        "all raters chose neutral throughout: alpha and the kappas are undefined"
        in (found.warnings[0])
    )


def test_study_of_equal_raters_asks_whether_one_is_a_copy(rng: np.random.Generator) -> None:
    one = rng.integers(0, 7, 50)
    found = study_agreement(rated(np.stack([one, one], axis=1)))
    assert found.overall.alpha == pytest.approx(1)
    assert "a and b agree in each of 50 seconds" in found.warnings[0]


def test_study_names_a_participant_whom_only_one_rated(rng: np.random.Generator) -> None:
    emotion = rng.integers(0, 7, (20, 2))
    emotion[10:, 1] = -1
    people = np.repeat(["P1", "P11"], 10)
    found = study_agreement(replace(rated(emotion), participant=people))
    assert found.warnings == ("no two raters rated P11 in the same second: check the spelling.",)


@pytest.mark.parametrize(
    ("emotion", "told"),
    [
        pytest.param([[1], [2]], "needs two raters of the same seconds, but got one, a;", id="one"),
        pytest.param([[1, -1], [-1, 2]], "a, b, of whom no two rated", id="apart"),
    ],
)
def test_study_without_two_raters_is_refused(emotion: list[list[int]], told: str) -> None:
    with pytest.raises(RatingsError, match=told):
        study_agreement(rated(np.array(emotion)))
