from __future__ import annotations

import numpy as np
import pytest

from groupaffect.errors import InsufficientDataError
from groupaffect.evaluation.by_second import score_seconds
from groupaffect.types import EMOTIONS

Truth = dict[str, np.ndarray]


def looped_clips(rng: np.random.Generator, *, n_people: int, clip_s: int) -> tuple[Truth, Truth]:
    """Return readings and truth of acted clips; a clip's seconds are all right or all wrong."""
    truth, readings = {}, {}
    for person in range(n_people):
        label = np.repeat(rng.permutation(7), clip_s)
        right = np.repeat(rng.random(7) < 0.6, clip_s)
        read = np.where(right, label, (label + 1) % 7)
        truth[f"P{person}"], readings[f"P{person}"] = label, np.eye(7)[read]
    return readings, truth


def random_readings(rng: np.random.Generator) -> tuple[Truth, Truth]:
    truth = {f"P{k}": rng.integers(-1, 7, 80) for k in range(3)}
    readings = {name: rng.dirichlet(np.ones(7), 80) for name in truth}
    for values in readings.values():
        values[rng.random(80) < 0.2] = np.nan
    return readings, truth


def slow_score(readings: Truth, truth: Truth) -> tuple[float, float, dict[str, float]]:
    hits: dict[str, list[bool]] = {}
    for name, labels in truth.items():
        for second, label in enumerate(labels):
            if label < 0:
                continue
            row = readings[name][second] if second < len(readings[name]) else [np.nan] * 7
            found = None if np.isnan(row[0]) else EMOTIONS[int(np.argmax(row))]
            hits.setdefault(EMOTIONS[label], []).append(found == EMOTIONS[label])
    every = [hit for emotion in hits.values() for hit in emotion]
    recall = {emotion: sum(own) / len(own) for emotion, own in hits.items()}
    return sum(every) / len(every), sum(recall.values()) / len(recall), recall


def test_score_seconds_equals_slow_twin(rng: np.random.Generator) -> None:
    readings, truth = random_readings(rng)
    score = score_seconds(readings, truth, n_resamples=50)
    accuracy, macro_recall, recall = slow_score(readings, truth)
    assert score.accuracy == pytest.approx(accuracy)
    assert score.macro_recall == pytest.approx(macro_recall)
    assert score.recall == pytest.approx(recall)
    assert score.n_seconds == sum(int((label >= 0).sum()) for label in truth.values())
    assert score.n_clips == sum(len(np.unique(label[label >= 0])) for label in truth.values())


def test_score_seconds_of_perfect_readings_is_one() -> None:
    truth = {"P1": np.repeat(np.arange(7), 3)}
    score = score_seconds({"P1": np.eye(7)[truth["P1"]]}, truth, n_resamples=20)
    assert (score.accuracy, score.macro_recall) == (1.0, 1.0)
    assert score.accuracy_interval == score.macro_recall_interval == (1.0, 1.0)


@pytest.mark.parametrize("seed", range(5))
def test_score_seconds_intervals_hold_the_estimate(seed: int) -> None:
    rng = np.random.default_rng(seed)
    score = score_seconds(*looped_clips(rng, n_people=4, clip_s=6), n_resamples=500)
    low, high = score.accuracy_interval
    assert low <= score.accuracy <= high
    low, high = score.macro_recall_interval
    assert low <= score.macro_recall <= high


def test_score_seconds_of_looped_clips_is_less_sure_than_of_single_seconds(
    rng: np.random.Generator,
) -> None:
    readings, truth = looped_clips(rng, n_people=4, clip_s=10)
    low, high = score_seconds(readings, truth, n_resamples=500).accuracy_interval
    right = np.concatenate([readings[n].argmax(axis=1) == truth[n] for n in truth])
    draws = rng.choice(right, (500, len(right))).mean(axis=1)
    naive_low, naive_high = np.quantile(draws, [0.025, 0.975])
    assert high - low > 1.5 * (naive_high - naive_low)


def test_score_seconds_longer_loops_do_not_make_surer() -> None:
    short, long = (
        score_seconds(
            *looped_clips(np.random.default_rng(4), n_people=3, clip_s=clip_s), n_resamples=300
        )
        for clip_s in (2, 20)
    )
    assert short.accuracy_interval == pytest.approx(long.accuracy_interval)


def test_score_seconds_without_value_count_as_wrong() -> None:
    truth = {"P1": np.array([3, 3, 3, 3])}
    readings = np.eye(7)[[3, 3, 3, 3]]
    readings[1] = np.nan
    assert score_seconds({"P1": readings}, truth, n_resamples=5).accuracy == 0.75
    assert score_seconds({"P1": readings[:2]}, truth, n_resamples=5).accuracy == 0.25
    assert score_seconds({}, truth, n_resamples=5).accuracy == 0.0


def test_score_seconds_readings_past_the_truth_are_left_out() -> None:
    truth = {"P1": np.array([3, -1])}
    score = score_seconds({"P1": np.eye(7)[[3, 0, 0, 0]]}, truth, n_resamples=5)
    assert (score.accuracy, score.n_seconds) == (1.0, 1)


def test_score_seconds_order_of_people_and_seconds_does_not_matter(
    rng: np.random.Generator,
) -> None:
    readings, truth = random_readings(rng)
    order = rng.permutation(80)
    shuffled = score_seconds(
        {name: values[order] for name, values in readings.items()},
        {name: truth[name][order] for name in reversed(truth)},
        n_resamples=10,
    )
    plain = score_seconds(readings, truth, n_resamples=10)
    assert shuffled.accuracy == plain.accuracy
    assert shuffled.recall == pytest.approx(plain.recall)


def test_score_seconds_same_seed_gives_the_same_interval(rng: np.random.Generator) -> None:
    readings, truth = looped_clips(rng, n_people=3, clip_s=3)
    once, again, other = (
        score_seconds(readings, truth, n_resamples=40, seed=seed) for seed in (1, 1, 2)
    )
    assert once == again
    assert once.accuracy_interval != other.accuracy_interval


def test_score_seconds_without_known_truth_says_so() -> None:
    with pytest.raises(InsufficientDataError, match="at least one second of known truth"):
        score_seconds({}, {"P1": np.array([-1, -1])})
