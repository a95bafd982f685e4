"""The whole way from a recording to its tables, on real clips."""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from groupaffect.media import open_media
from groupaffect.pipeline import analyse, iterate_seconds
from groupaffect.second_fold import SecondResult
from groupaffect.settings import MediaSettings, Settings
from groupaffect.types import SOURCES, Analysis, ModelScores, ObservedStretch

WEIGHTS = files("groupaffect").joinpath("expression", "weights")
pytestmark = pytest.mark.skipif(
    not WEIGHTS.joinpath("image_model.onnx").is_file(),
    reason="the expression networks are not trained yet",
)
FOUR_SECONDS = Settings(media=MediaSettings(end_s=4.0))
Kept = list[tuple[ObservedStretch, ModelScores, ModelScores]]


class Run(NamedTuple):
    analysis: Analysis
    kept: Kept
    progress: list[tuple[float, float | None]]
    seconds: list[SecondResult]


def run(path: Path, settings: Settings) -> Run:
    kept: Kept = []
    progress: list[tuple[float, float | None]] = []

    def keep(stretch: ObservedStretch, image: ModelScores, landmark: ModelScores) -> None:
        kept.append((stretch, image, landmark))

    def hook(step: str, *, completed: float, total: float | None) -> None:
        progress.append((completed, total))

    analysis = analyse(open_media(path), settings, keep=keep, hook=hook)
    return Run(analysis, kept, progress, list(iterate_seconds(open_media(path), settings)))


@pytest.fixture(scope="module")
def call(data_dir: Path) -> Run:
    """Return the first four seconds of a 2x2 call, by both ways."""
    return run(data_dir / "clips/groups/acted_2x2_dev.mp4", FOUR_SECONDS)


@pytest.fixture(scope="module")
def nobody(data_dir: Path) -> Run:
    """Return one second without any face, the second, by both ways."""
    settings = Settings(media=MediaSettings(start_s=1.0, end_s=2.0))
    return run(data_dir / "clips/awkward/no_face.mp4", settings)


def test_analyse_call_finds_four_people_in_reading_order(call: Run) -> None:
    people = call.analysis.participants
    assert [p.participant for p in people] == ["P1", "P2", "P3", "P4"]
    tiles = [(p.tile_row, p.tile_column) for p in people]
    assert tiles == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert all(p.visible_share >= 0.98 for p in people)
    assert all(p.first_s == 0.0 for p in people)


def test_analyse_call_keeps_every_frame_with_every_person(call: Run) -> None:
    assert call.analysis.n_frames == 100
    index = np.concatenate([stretch.frame_index for stretch, _, _ in call.kept])
    assert index.tolist() == list(range(100))
    for stretch, image, landmark in call.kept:
        assert len(stretch.faces) == 4 * len(stretch.frame_index)
        for scores in (image, landmark):
            scored = ~np.isnan(scores.probability).any(axis=1)
            assert (scored == stretch.faces.success).all()


def test_analyse_call_has_a_row_in_every_table_for_every_second(call: Run) -> None:
    analysis = call.analysis
    assert analysis.duration_s == pytest.approx(4.0)
    assert [(s.participant, s.source) for s in analysis.signals] == [
        (f"P{k}", source) for k in (1, 2, 3, 4) for source in SOURCES
    ]
    for signal in analysis.signals:
        assert signal.probability.shape == (4, 7)
        assert (signal.coverage >= 0.95).all()
        assert not np.isnan(signal.probability).any()
    assert [group.members for group in analysis.groups] == ["all", "engaged"]
    group = analysis.groups[0]
    assert group.n_visible.tolist() == [4, 4, 4, 4]
    np.testing.assert_allclose(group.mean.sum(axis=1), 1.0)
    assert analysis.fusion.weight.shape == (1, 4, 2)
    assert analysis.fusion.window_end_s.tolist() == [4.0]
    assert all(0 <= event.start_s <= event.end_s <= 4 for event in analysis.events)


def test_analyse_call_group_is_the_mean_of_its_members(call: Run) -> None:
    fused = [call.analysis.signal(f"P{k}", "fused").probability for k in (1, 2, 3, 4)]
    np.testing.assert_allclose(call.analysis.groups[0].mean, np.mean(fused, axis=0), atol=1e-9)


def test_analyse_tells_how_far_it_is(call: Run) -> None:
    completed = [done for done, _ in call.progress]
    assert completed == sorted(completed)
    assert completed[-1] == pytest.approx(4.0)
    totals = [total for _, total in call.progress]
    assert totals == [4.0] * len(totals)


def test_analyse_says_where_the_time_went(call: Run) -> None:
    stages = {"wait for frames", "faces", "expression", "write", "signals", "group"}
    assert set(call.analysis.stage_wall_s) == stages
    assert call.analysis.stage_wall_s["faces"] > 0


def test_iterate_seconds_equals_the_analysis(call: Run) -> None:
    assert [result.second for result in call.seconds] == [0, 1, 2, 3]
    for result in call.seconds:
        for place, name in enumerate(result.participants):
            for source, values in (
                ("image", result.image),
                ("landmark", result.landmark),
                ("fused", result.fused),
            ):
                signal = call.analysis.signal(name, source)
                np.testing.assert_array_equal(values[place], signal.probability[result.second])


def test_analyse_without_a_face_says_so_and_has_a_row_for_every_second(nobody: Run) -> None:
    analysis = nobody.analysis
    assert analysis.participants == analysis.signals == analysis.events == ()
    assert analysis.warnings == ("No face was seen in any analysed frame.",)
    group = analysis.groups[0]
    assert group.n_visible.tolist() == [0, 0]
    assert np.isnan(group.mean).all()
    assert analysis.fusion.window_end_s.tolist() == [2.0]
    assert [len(result.participants) for result in nobody.seconds] == [0, 0]


def test_analyse_never_imports_cv2(call: Run) -> None:
    assert call.analysis.n_frames
    assert "cv2" not in sys.modules
