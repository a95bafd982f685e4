from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from groupaffect.errors import InsufficientDataError, UsageError
from groupaffect.evaluation.complement_study import WITH_INTERVAL, study_complement
from groupaffect.evaluation.source_signals import signals_of
from groupaffect.types import EMOTIONS, Analysis, EmotionSignal
from reference.random_session import make_analysis

# The paper's Table I: both right, only the image model, only the landmark model, none.
PAPER = {"deepfake": (12, 20, 16, 4), "original": (8, 10, 6, 28)}


def with_readings(image: np.ndarray, landmark: np.ndarray, *, start_s: float = 0.0) -> Analysis:
    """Return the analysis of P1 alone, whose models read these emotions (-1: nothing)."""
    base = make_analysis(n_participants=1, n_s=len(image))

    def signal(source: str, said: np.ndarray) -> EmotionSignal:
        sure = np.full((len(said), 7), 0.05)
        sure[np.arange(len(said)), said] = 0.7
        sure[said < 0] = np.nan
        like = next(s for s in base.signals if s.source == source)
        return replace(like, probability=sure, start_s=start_s)

    signals = signal("image", image), signal("landmark", landmark), signal("fused", image)
    return replace(base, signals=signals)


@pytest.mark.parametrize("video", PAPER)
def test_study_complement_of_the_papers_table(video: str) -> None:
    counts = PAPER[video]
    truth = np.full(52, 3)
    image = np.repeat([3, 3, 6, 6], counts)
    landmark = np.repeat([3, 6, 3, 6], counts)
    found = study_complement(with_readings(image, landmark), {"P1": truth})["all"]
    assert [found[f"n_{k}"] for k in ("both", "first", "second", "neither")] == [*counts]
    shares = {"deepfake": (0.42, 0.33), "original": (0.42, 0.25)}[video]
    assert [round(share, 2) for share in found["exclusive_of_union"]] == [*shares]
    assert round(found["q_statistic"], 3) == {"deepfake": -0.739, "original": 0.577}[video]
    # "23 % and 15 % detected by both", the two videos swapped in print
    assert round(found["n_both"] / found["n"], 2) == {"deepfake": 0.23, "original": 0.15}[video]
    assert found["fused_accuracy"] == found["accuracy"][0]
    assert found["gain_captured"] == 0.0


def test_study_complement_equals_slow_twin() -> None:
    analysis = make_analysis(n_participants=3, n_s=60)
    rng = np.random.default_rng(3)
    truth = {f"P{k}": rng.integers(-1, 7, 55) for k in (1, 3)}  # P2 is not rated
    found = study_complement(analysis, truth, sources=("fixed", "landmark"))
    signals = signals_of(analysis)
    rows = []
    for name, label in truth.items():
        for second, emotion in enumerate(label):
            read = [signals[s][name][second] for s in ("fixed", "landmark")]
            if emotion >= 0 and np.isfinite(read).any():
                rows.append((name, emotion, *(int(p.argmax()) == emotion for p in read)))
    for part, chosen in [
        ("all", rows),
        *((k, [r for r in rows if EMOTIONS[r[1]] == k]) for k in EMOTIONS),
        *((k, [r for r in rows if r[0] == k]) for k in truth),
    ]:
        got = found["all"] if part == "all" else {**found["by_emotion"], **found["by_participant"]}
        row = got if part == "all" else got[part]
        hits = [(first, second) for _, _, first, second in chosen]
        assert row["n"] == len(hits)
        assert row["n_first"] == hits.count((True, False))
        assert row["n_neither"] == hits.count((False, False))
        assert "gain_captured" not in row  # nothing fuses these two
    assert found["n_unread"] == sum((v >= 0).sum() for v in truth.values()) - len(rows)


def test_study_complement_starts_where_the_analysis_does() -> None:
    """Signals of a part that starts at 10 s meet the truth of second 10, not of second 0."""
    said = np.full(5, 3)
    truth = np.full(20, -1)
    truth[10:] = 3
    found = study_complement(with_readings(said, said, start_s=10.0), {"P1": truth})
    assert (found["n_seconds"], found["n_beyond"]) == (5, 5)
    assert found["all"]["n_both"] == 5
    assert found["warnings"] == [
        "5 seconds of the truth are not scored: the analysed part is over there"
    ]


def test_study_complement_of_few_blocks_gives_no_interval(rng: np.random.Generator) -> None:
    analysis = with_readings(rng.integers(0, 7, 100), rng.integers(0, 7, 100))
    found = study_complement(analysis, {"P1": rng.integers(0, 7, 100)})
    assert found["dependence"]["status"] == "insufficient data"
    assert found["intervals"] is None


def test_study_complement_of_many_blocks_holds_the_figures_in_their_intervals(
    rng: np.random.Generator,
) -> None:
    truth = rng.integers(0, 7, 600)
    image = np.where(rng.random(600) < 0.7, truth, (truth + 1) % 7)
    landmark = np.where(rng.random(600) < 0.5, truth, (truth + 2) % 7)
    found = study_complement(with_readings(image, landmark), {"P1": truth})
    bounds = found["intervals"]
    assert set(bounds) == set(WITH_INTERVAL)
    first, second = found["all"]["accuracy"]
    for name, value in [
        ("accuracy_first", first),
        ("accuracy_difference", first - second),
        ("q_statistic", found["all"]["q_statistic"]),
        ("oracle", found["all"]["oracle"]),
    ]:
        low, high = bounds[name]
        assert low < value < high
    assert bounds["accuracy_difference"][0] > 0


def test_review_names_each_kind_and_joins_neighbours() -> None:
    truth = np.array([6, 6, 6, 3, 3, 6, 6])
    image = np.array([3, 3, 6, 4, 4, 6, -1])
    landmark = np.array([6, 6, 6, 4, 4, 6, 6])
    analysis = with_readings(image, landmark)
    close = analysis.signals[0].probability.copy()
    close[5] = [0, 0, 0, 0.47, 0, 0, 0.53]
    signals = (replace(analysis.signals[0], probability=close), *analysis.signals[1:])
    found = study_complement(replace(analysis, signals=signals), {"P1": truth})["review"]
    seen = [(r["start_s"], r["end_s"], r["kind"], r["truth"], r["first"]) for r in found]
    assert seen == [
        (0, 2, "false positive", "neutral", "happy"),
        (3, 5, "both say another", "happy", "sad"),
        (5, 6, "borderline", "neutral", "neutral"),
    ]
    assert found[2]["certainty"] == pytest.approx(0.06)


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        (("image",), "two different sources are compared, of image, landmark, fixed, fused"),
        (("image", "image"), "two different sources"),
        (("image", "gate"), "but got 'gate'; choose among these"),
    ],
)
def test_study_complement_of_other_sources_says_so(sources: tuple[str, ...], said: str) -> None:
    analysis = make_analysis(n_participants=1, n_s=9)
    with pytest.raises(UsageError, match=said):
        study_complement(analysis, {"P1": np.full(9, 3)}, sources=sources)


def test_study_complement_without_a_second_in_common_says_so() -> None:
    analysis = make_analysis(n_participants=1, n_s=9)
    with pytest.raises(InsufficientDataError, match="known truth and a face that was read"):
        study_complement(analysis, {"P1": np.array([-1] * 20 + [3])})
