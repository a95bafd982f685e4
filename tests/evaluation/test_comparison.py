from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from groupaffect.errors import InsufficientDataError, UsageError
from groupaffect.evaluation.alignment import align
from groupaffect.evaluation.comparison import compare_sessions, match_participants
from groupaffect.evaluation.face_series import FaceSeries, face_motion, read_face_series
from groupaffect.evaluation.kept import compare_readings, judge
from groupaffect.evaluation.series_correlation import SeriesCorrelation
from groupaffect.evaluation.study_comparison import study_comparison
from groupaffect.evaluation.valence import compare_shares
from groupaffect.types import EMOTIONS, ParticipantFacts
from reference.performance import make_series, write_performance

SURE = SeriesCorrelation(0.9, 60, 20.0, (0.8, 0.95), 0.01, 59)


@pytest.mark.parametrize("lag_s", [0.0, 1.2, -0.8])
def test_align_finds_the_lag(rng: np.random.Generator, lag_s: float) -> None:
    original = make_series(rng, n_s=20)
    noisy = replace(original, motion=original.motion + rng.normal(size=original.motion.shape) * 0.3)
    found = align(original, noisy.shifted(-lag_s))
    assert found.lag_s == pytest.approx(lag_s, abs=0.021)
    assert found.is_clear
    assert abs(found.drift_s) < 0.05


def test_align_of_other_people_is_not_clear(rng: np.random.Generator) -> None:
    found = align(make_series(rng, n_s=20), make_series(rng, n_s=20))
    assert not found.is_clear


def test_align_of_another_frame_rate(rng: np.random.Generator) -> None:
    original = make_series(rng, n_s=20)
    rows = np.arange(0, len(original.time_s), 2)
    half = FaceSeries(
        original.time_s[rows] + 0.4,
        original.quality[rows],
        {m: p[rows] for m, p in original.probability.items()},
        original.motion[rows],
    )
    found = align(original, half)
    assert found.lag_s == pytest.approx(0.4, abs=0.05)
    assert found.is_clear


def test_align_sees_that_one_runs_faster(rng: np.random.Generator) -> None:
    original = make_series(rng, n_s=40)
    found = align(original, replace(original, time_s=original.time_s * 1.01))
    assert 0.1 < found.drift_s < 0.3


def test_align_of_a_face_that_was_never_seen_is_not_clear(rng: np.random.Generator) -> None:
    original = make_series(rng, n_s=5)
    unseen = replace(original, motion=np.full_like(original.motion, np.nan))
    found = align(original, unseen)
    assert (found.lag_s, found.is_clear) == (0.0, False)


def test_face_motion_worked_by_hand() -> None:
    points = np.zeros((1, 68, 2))
    points[0, 36:42], points[0, 42:48] = (10.0, 20.0), (14.0, 20.0)
    points[0, 66] = (0.0, 2.0)  # the lower lip; the upper lies at 0, 0
    motion = face_motion(points)[0]
    assert motion[0] == 0.5
    assert motion[6:].tolist() == [12.0, 20.0]
    assert np.isnan(face_motion(np.full((1, 68, 2), np.nan))).all()


def test_by_step_equals_slow_twin(rng: np.random.Generator) -> None:
    series = make_series(rng, n_s=3)
    series.probability["image"][5] = np.nan
    found = series.by_step("image", step_s=0.2, first_step=2, n_steps=10)
    for k, row in enumerate(found):
        inside = [
            f
            for f, t in enumerate(series.time_s)
            if np.floor(t / 0.2 + 1e-6) == k + 2 and np.isfinite(series.probability["image"][f, 0])
        ]
        weight = series.quality[inside][:, None]
        wanted = (series.probability["image"][inside] * weight).sum(axis=0) / weight.sum()
        np.testing.assert_allclose(row, wanted)


def test_compare_sessions_of_one_twice_keeps_everything(tmp_path: Path) -> None:
    first = write_performance(tmp_path / "a")
    found = compare_sessions(first, first)
    row = found["participants"]["P1"]
    for model in row["models"].values():
        assert np.diagonal(model["correlation"]) == pytest.approx(np.ones(7))
        assert {cell["verdict"] for cell in model["diagonal"].values()} == {"kept"}
        assert (model["same_dominant"], model["mean_distance"]) == (1.0, 0.0)
    assert found["warnings"] == []


def test_compare_sessions_finds_what_one_model_lost(tmp_path: Path) -> None:
    """The fake's pixels read like another face; its landmarks move as before."""
    original = write_performance(tmp_path / "a")
    fake = write_performance(tmp_path / "b", other_image=True, late_s=0.6, motion_noise=0.2)
    found = study_comparison(original, fake, (original, {"codec": "none"}))
    row = found["participants"]["P1"]
    assert row["alignment"]["used_lag_s"] == pytest.approx(0.6, abs=0.05)
    verdicts = {
        model: [cell["verdict"] for cell in part["diagonal"].values()]
        for model, part in row["models"].items()
    }
    assert verdicts["landmark"] == ["kept"] * 7
    assert "kept" not in verdicts["image"]
    assert all(c["below_control"] for c in row["models"]["image"]["diagonal"].values())
    json.dumps(found)


def test_compare_sessions_of_other_length_and_rate_says_so(tmp_path: Path) -> None:
    original = write_performance(tmp_path / "a")
    shorter = write_performance(tmp_path / "b", n_s=8, every=2)
    found = compare_sessions(original, shorter)
    assert any("last 16.0 s and 8.0 s" in text for text in found["warnings"])
    assert any("25.00 and 12.50 frames a second" in text for text in found["warnings"])
    assert found["participants"]["P1"]["n_common"] == 40


def test_compare_sessions_with_a_constant_series_shows_it_as_missing(tmp_path: Path) -> None:
    original = write_performance(tmp_path / "a")
    still = write_performance(tmp_path / "b", still_image=True)
    found = compare_sessions(original, still)
    image = found["participants"]["P1"]["models"]["image"]
    assert np.isnan(image["correlation"]).all()
    assert {cell["verdict"] for cell in image["diagonal"].values()} == {"constant"}
    assert np.isnan(image["mean_diagonal"])
    assert any("constant, so without a correlation" in text for text in found["warnings"])


def test_compare_sessions_without_overlap_says_so(tmp_path: Path) -> None:
    original = write_performance(tmp_path / "a", n_s=6)
    later = write_performance(tmp_path / "b", n_s=6, late_s=300.0)
    with pytest.raises(InsufficientDataError, match=r"20 steps of 0.2 s in common, but got 0;"):
        compare_sessions(original, later)


@pytest.mark.parametrize("step_s", [0.0, 0.01, 11.0, float("nan")])
def test_compare_sessions_of_an_impossible_step_says_so(tmp_path: Path, step_s: float) -> None:
    first = write_performance(tmp_path / "a", n_s=2)
    with pytest.raises(UsageError, match=r"the step must be within 0.04 and 10 s"):
        compare_sessions(first, first, step_s=step_s)


def test_read_face_series_leaves_excluded_stretches_out(tmp_path: Path) -> None:
    session = write_performance(tmp_path / "a", n_s=6, excluded=(2.0, 4.0))
    time_s = read_face_series(session)["P1"].time_s
    assert not ((time_s >= 2) & (time_s < 4)).any()
    assert len(time_s) == 100


def person(name: str, tile: tuple[int, int] | None = None) -> ParticipantFacts:
    row, column = tile or (None, None)
    return ParticipantFacts(name, name, row, column, 0.0, 1.0, 1.0)


def test_match_participants_by_tile_else_by_id() -> None:
    first = person("P1", (1, 1)), person("P2", (1, 2))
    second = person("P1", (1, 2)), person("P2", (2, 2))
    pairs, said = match_participants(first, second)
    assert pairs == {"P2": "P1"}
    assert said == ["P1 is only in the original recording", "P2 is only in the other recording"]
    assert match_participants((person("P1"),), second)[0] == {"P1": "P1"}
    with pytest.raises(UsageError, match="1 and 1 participants without a match"):
        match_participants((person("P1"),), (person("P2"),))
    with pytest.raises(InsufficientDataError, match="got 1 in the original and 0 in the other"):
        match_participants((person("P1"),), ())


@pytest.mark.parametrize(
    ("pair", "p", "verdict"),
    [
        (SURE, 0.01, "kept"),
        (SURE, 0.2, "undetermined"),
        (replace(SURE, r=0.1, interval=(-0.2, 0.4)), 0.3, "lost"),
        (replace(SURE, r=0.1, interval=(-0.2, 0.4)), 0.01, "lost"),
        (replace(SURE, n_effective=4.0), 0.01, "insufficient data"),
        (replace(SURE, n_shifts=18), float("nan"), "insufficient data"),
        (replace(SURE, r=float("nan")), float("nan"), "constant"),
    ],
)
def test_judge(pair: SeriesCorrelation, p: float, verdict: str) -> None:
    assert judge(pair, p) == verdict


def test_compare_readings_corrects_over_both_models(rng: np.random.Generator) -> None:
    a, b = rng.dirichlet(np.ones(7), 50), rng.dirichlet(np.ones(7), 50)
    found = compare_readings({"image": a, "landmark": b}, {"image": a, "landmark": a})
    p = [cell["p"] for m in found.values() for cell in m["diagonal"].values()]
    adjusted = [cell["p_adjusted"] for m in found.values() for cell in m["diagonal"].values()]
    assert sorted(adjusted)[0] == pytest.approx(min(p) * 14 / 7)
    assert list(found["image"]["diagonal"]) == [*EMOTIONS]


def test_compare_shares_worked_by_hand() -> None:
    eye = np.eye(7)
    original = eye[[3, 3, 6, 4, 5]]
    other = np.concatenate([eye[[3, 6, 6, 0]], np.full((1, 7), np.nan)])
    found = compare_shares(original, other)
    assert found["original"] == {
        "positive": 0.5,
        "neutral": 0.25,
        "negative": 0.25,
        "surprise": 0.0,
    }
    assert found["difference"]["positive"] == -0.25
    assert found["difference_interval"] is None
    assert found["status"] == "insufficient data"


def test_compare_shares_of_a_long_recording_has_intervals(rng: np.random.Generator) -> None:
    original = np.eye(7)[rng.integers(0, 7, 500)]
    other = np.where(rng.random((500, 1)) < 0.5, original, np.eye(7)[6])
    found = compare_shares(original, other)
    low, high = found["difference_interval"]["neutral"]
    assert 0 < low < found["difference"]["neutral"] < high
