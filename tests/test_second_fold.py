from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupaffect.adaptive import trace_of
from groupaffect.second_fold import (
    FoldedSeconds,
    SecondResult,
    flush_fold,
    signals_of,
    start_fold,
    step_fold,
)
from groupaffect.settings import Settings
from groupaffect.signals.per_second import mean_per_second
from groupaffect.types import (
    EmotionSignal,
    Event,
    FaceObservations,
    FusionTrace,
    ModelScores,
    ObservedStretch,
)

SETTINGS = Settings()
Read = tuple[ObservedStretch, ModelScores, ModelScores]
RATE_HZ = 4
N_SECONDS = 24


def whole_recording(
    rng: np.random.Generator, *, n_seconds: int = N_SECONDS, n_people: int = 3
) -> Read:
    """Return all frames as one stretch; people come one after another and go at times."""
    n_frames = n_seconds * RATE_HZ
    frame_time_s = np.arange(n_frames) / RATE_HZ
    joined = np.linspace(0, n_frames / 2, n_people).astype(int)
    rows = [(f, p) for f in range(n_frames) for p in range(n_people) if f >= joined[p]]
    frame, person = np.array(rows).T
    label = rng.integers(0, 7, (n_seconds // 3 + 1, n_people))[frame // RATE_HZ // 3, person]
    seen = rng.random(len(rows)) > 0.2
    faces = FaceObservations(
        frame_index=frame,
        time_s=frame_time_s[frame],
        participant=np.array([f"P{p + 1}" for p in person]),
        box_xyxy_px=np.full((len(rows), 4), np.nan),
        landmark_xy_px=np.full((len(rows), 68, 2), np.nan),
        detection_confidence=np.where(seen, 0.9, np.nan),
        quality=as_float32(np.where(seen, rng.uniform(0.1, 1, len(rows)), np.nan)),
        success=seen,
    )
    stretch = ObservedStretch(np.arange(n_frames), frame_time_s, faces)
    return stretch, *(_scores(rng, faces, label, model) for model in ("image", "landmark"))


def _scores(
    rng: np.random.Generator, faces: FaceObservations, label: np.ndarray, model: str
) -> ModelScores:
    probability = 0.8 * np.eye(7)[label] + 0.2 * rng.dirichlet(np.ones(7), len(label))
    probability[~faces.success | (rng.random(len(label)) < 0.1)] = np.nan
    return ModelScores(model, faces.time_s, faces.participant, as_float32(probability))


def as_float32(value: np.ndarray) -> np.ndarray:
    """Return float64 values that float32 holds too, as the frame table does."""
    return value.astype(np.float32).astype(np.float64)


def cut(read: Read, at_frames: list[int]) -> list[Read]:
    """Return the same frames in stretches that end before the given frames."""
    stretch, *scores = read
    edges = [0, *sorted(set(at_frames)), len(stretch.frame_index)]
    parts = []
    for first, last in pairwise(edges):
        rows = (stretch.faces.frame_index >= first) & (stretch.faces.frame_index < last)
        part = ObservedStretch(
            stretch.frame_index[first:last],
            stretch.frame_time_s[first:last],
            stretch.faces.where(rows),
        )
        image, landmark = (
            ModelScores(s.model, s.time_s[rows], s.participant[rows], s.probability[rows])
            for s in scores
        )
        parts.append((part, image, landmark))
    return parts


def fold_all(parts: list[Read], *, n_seconds: int) -> tuple[list[FoldedSeconds], FusionTrace]:
    fold, folded = start_fold(SETTINGS), []
    for stretch, image, landmark in parts:
        fold, seconds = step_fold(fold, stretch, image, landmark, settings=SETTINGS)
        folded += [seconds] if seconds else []
    fold, rest = flush_fold(fold, n_seconds=n_seconds, settings=SETTINGS)
    folded += [rest] if rest else []
    return folded, trace_of(fold.adaptive, end_s=n_seconds, settings=SETTINGS.fusion)


def results_of(folded: list[FoldedSeconds]) -> list[SecondResult]:
    return [result for part in folded for result in part.results]


def events_of(folded: list[FoldedSeconds]) -> list[Event]:
    return [event for result in results_of(folded) for event in result.events]


def assert_same_signals(there: tuple[EmotionSignal, ...], here: tuple[EmotionSignal, ...]) -> None:
    assert [(s.participant, s.source) for s in there] == [(s.participant, s.source) for s in here]
    for one, other in zip(there, here, strict=True):
        np.testing.assert_array_equal(one.probability, other.probability)
        np.testing.assert_array_equal(one.coverage, other.coverage)
        np.testing.assert_array_equal(one.quality, other.quality)


EVERY_FRAME = list(range(1, N_SECONDS * RATE_HZ))
RECORDING = whole_recording(np.random.default_rng(7))
AT_ONCE, TRACE = fold_all([RECORDING], n_seconds=N_SECONDS)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.lists(st.integers(1, N_SECONDS * RATE_HZ - 1), max_size=12))
def test_fold_any_stretches_give_identical_signals(at_frames: list[int]) -> None:
    folded, trace = fold_all(cut(RECORDING, at_frames), n_seconds=N_SECONDS)
    assert_same_signals(signals_of(folded), signals_of(AT_ONCE))
    assert events_of(folded) == events_of(AT_ONCE)
    np.testing.assert_array_equal(trace.weight, TRACE.weight)
    np.testing.assert_array_equal(trace.n_changes, TRACE.n_changes)
    np.testing.assert_array_equal(trace.reason, TRACE.reason)


def test_fold_live_results_equal_the_signals() -> None:
    folded, _ = fold_all(cut(RECORDING, EVERY_FRAME), n_seconds=N_SECONDS)
    signals = {(s.participant, s.source): s.probability for s in signals_of(folded)}
    results = results_of(folded)
    assert [result.second for result in results] == list(range(N_SECONDS))
    assert len(results[0].participants) < len(results[-1].participants) == 3
    for result in results:
        for place, name in enumerate(result.participants):
            for source, values in (
                ("image", result.image),
                ("landmark", result.landmark),
                ("fused", result.fused),
            ):
                np.testing.assert_array_equal(values[place], signals[name, source][result.second])


def test_fold_hands_out_a_second_with_the_first_frame_after_it() -> None:
    fold, handed_out = start_fold(SETTINGS), []
    for number, (stretch, image, landmark) in enumerate(cut(RECORDING, EVERY_FRAME)):
        fold, seconds = step_fold(fold, stretch, image, landmark, settings=SETTINGS)
        handed_out += [(number, r.second) for r in seconds.results] if seconds else []
    assert handed_out[:3] == [(RATE_HZ, 0), (2 * RATE_HZ, 1), (3 * RATE_HZ, 2)]


def test_signals_of_each_model_are_the_weighted_means_of_its_frames() -> None:
    stretch, *both = RECORDING
    signals = signals_of(AT_ONCE)
    for scores in both:
        own = scores.participant == "P1"  # in every frame from the first
        mean, coverage, quality = mean_per_second(
            scores.time_s[own],
            scores.probability[own],
            stretch.faces.quality[own],
            n_seconds=N_SECONDS,
        )
        (signal,) = [s for s in signals if (s.participant, s.source) == ("P1", scores.model)]
        np.testing.assert_allclose(signal.probability, mean, atol=1e-12)
        np.testing.assert_allclose(signal.coverage, coverage, atol=1e-12)
        np.testing.assert_allclose(signal.quality, quality, atol=1e-12)


def test_signals_of_fused_coverage_is_of_the_model_that_saw_more() -> None:
    signals = {(s.participant, s.source): s for s in signals_of(AT_ONCE)}
    for name in ("P1", "P2", "P3"):
        image, landmark = signals[name, "image"].coverage, signals[name, "landmark"].coverage
        np.testing.assert_array_equal(signals[name, "fused"].coverage, np.maximum(image, landmark))


def test_signals_of_somebody_not_met_yet_are_missing_with_coverage_zero() -> None:
    (late,) = [s for s in signals_of(AT_ONCE) if (s.participant, s.source) == ("P3", "fused")]
    assert np.isnan(late.probability[:11]).all()
    assert (late.coverage[:11] == 0).all()
    assert not np.isnan(late.probability[13:]).all()


def test_signals_of_nothing_are_none() -> None:
    assert signals_of([]) == ()


def test_fold_without_people_has_seconds_without_members() -> None:
    stretch, image, landmark = RECORDING
    nobody = np.zeros(len(stretch.faces), dtype=bool)
    empty = ObservedStretch(stretch.frame_index, stretch.frame_time_s, stretch.faces.where(nobody))
    scores = [
        ModelScores(s.model, s.time_s[nobody], s.participant[nobody], s.probability[nobody])
        for s in (image, landmark)
    ]
    folded, trace = fold_all([(empty, scores[0], scores[1])], n_seconds=N_SECONDS)
    assert signals_of(folded) == ()
    assert len(results_of(folded)) == N_SECONDS
    assert trace.weight.shape == (3, 0, 2)


@pytest.mark.parametrize("n_seconds", [24, 26])
def test_flush_fold_reaches_the_end_of_the_media(n_seconds: int) -> None:
    folded, _ = fold_all([RECORDING], n_seconds=n_seconds)
    assert {len(signal) for signal in signals_of(folded)} == {n_seconds}
