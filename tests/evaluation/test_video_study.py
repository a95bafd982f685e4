from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from groupaffect.evaluation.reencoding import reencode
from groupaffect.evaluation.source_signals import signals_of
from groupaffect.evaluation.video_study import (
    VERSIONS,
    false_changes,
    read_recording,
    versions_of,
)
from groupaffect.media import open_media, read_frames
from groupaffect.settings import MediaSettings, SignalSettings, preset
from media.synthetic_clips import decoded_times, write_clip


def test_reencode_halves_the_picture_and_keeps_odd_times(tmp_path: Path) -> None:
    times_ms = [0, 40, 80, 500, 540]
    source = write_clip(tmp_path / "a.mp4", n_frames=5, times_ms=times_ms, size_px=(96, 64))
    reencode(source, tmp_path / "b.mp4", scale=0.5, crf=10)
    frames = [*read_frames(open_media(tmp_path / "b.mp4"), MediaSettings(), on_warning=print)]
    assert {(frame.width_px, frame.height_px) for frame in frames} == {(48, 32)}
    np.testing.assert_allclose(decoded_times(tmp_path / "b.mp4"), decoded_times(source), atol=1e-4)
    before = [*read_frames(open_media(source), MediaSettings(), on_warning=print)]
    for old, new in zip(before, frames, strict=True):
        assert abs(float(old.grey.mean()) - float(new.grey.mean())) < 4


def test_versions_are_the_recording_and_copies_that_vanish(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "a.mp4", n_frames=3)
    seen = {}
    for name, path in versions_of(source):
        assert path.exists()
        seen[name] = path
    assert list(seen) == list(VERSIONS)
    assert [path.exists() for path in seen.values()] == [True, False, False, False]


def test_false_changes_of_one_source_are_those_of_a_fusion_that_trusts_it_alone(
    data_dir: Path,
) -> None:
    default = preset("default")
    settings = replace(default, signals=SignalSettings(change_detector="dominant"))
    clip = data_dir / "clips/faces/talking_feifeili_clip1.mp4"
    analysis, readings = read_recording(clip, settings)
    assert all(stretch.faces.aligned_grey is None for stretch, _, _ in readings)
    rows = false_changes(readings, analysis, settings)
    assert rows["image"] != rows["landmark"]
    signals = signals_of(analysis)
    minutes = analysis.duration_s / 60
    for source in ("image", "landmark", "fixed"):
        (probability,) = signals[source].values()
        dominant = probability[np.isfinite(probability[:, 0])].argmax(axis=1)
        n_turns = int((np.diff(dominant) != 0).sum())
        n_events = sum(rows[source].values()) * minutes
        assert n_events == pytest.approx(round(n_events))
        assert n_events >= n_turns  # each turn is a candidate; moves of the vector are more
