"""Probes are frames of the recording, in order, spread over the part."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from groupaffect.errors import NoPictureError
from groupaffect.media import open_media, probe_frames, read_frames
from groupaffect.media.probe import spread_times
from groupaffect.settings import MediaSettings
from media.synthetic_clips import write_clip


@pytest.mark.parametrize(("name", "gop"), [("a.mp4", 10), ("a.mkv", 10), ("a.mp4", 500)])
def test_probes_are_frames_of_the_recording(tmp_path: Path, name: str, gop: int) -> None:
    media = open_media(write_clip(tmp_path / name, n_frames=100, codec="libx264", gop=gop))
    truth = {
        frame.time_s: frame.grey
        for frame in read_frames(media, MediaSettings(), on_warning=pytest.fail)
    }
    probes = probe_frames(media, MediaSettings(), n=8)
    times = [probe.time_s for probe in probes]
    assert len(probes) == 8
    assert times == sorted(set(times))
    assert [probe.index for probe in probes] == list(range(8))
    for probe in probes:
        np.testing.assert_array_equal(probe.grey, truth[probe.time_s])


def test_probes_cover_a_recording_with_keyframes(tmp_path: Path) -> None:
    media = open_media(write_clip(tmp_path / "a.mp4", n_frames=250, gop=5))
    times = [probe.time_s for probe in probe_frames(media, MediaSettings(), n=5)]
    np.testing.assert_allclose(times, [1, 3, 5, 7, 9], atol=0.2)


def test_probes_stay_within_the_part(tmp_path: Path) -> None:
    media = open_media(write_clip(tmp_path / "a.mp4", n_frames=100, gop=30))
    part = MediaSettings(start_s=1.5, end_s=2.5)
    probes = probe_frames(media, part, n=6)
    assert len(probes) >= 3
    assert all(1.5 <= probe.time_s < 2.5 for probe in probes)


def test_probes_of_short_clip_are_all_its_frames(tmp_path: Path) -> None:
    media = open_media(write_clip(tmp_path / "a.mp4", n_frames=3))
    assert [p.time_s for p in probe_frames(media, MediaSettings(), n=3)] == [0.0, 0.04, 0.08]


def test_probes_where_seeking_fails_come_from_the_start(tmp_path: Path) -> None:
    """A raw stream has neither times nor an index."""
    media = open_media(write_clip(tmp_path / "a.m4v", n_frames=40))
    probes = probe_frames(media, MediaSettings(), n=4)
    assert len(probes) >= 2


def test_probes_of_folder_are_spread(tmp_path: Path) -> None:
    for index in range(10):
        Image.new("L", (4, 4), index).save(tmp_path / f"{index}.png")
    media = open_media(tmp_path, images_hz=Fraction(1))
    probes = probe_frames(media, MediaSettings(start_s=2.0), n=4)
    assert [probe.time_s for probe in probes] == [3.0, 5.0, 7.0, 9.0]
    assert [int(probe.grey[0, 0]) for probe in probes] == [3, 5, 7, 9]


def test_probes_of_part_beyond_end_are_refused(tmp_path: Path) -> None:
    media = open_media(write_clip(tmp_path / "a.mp4", n_frames=10))
    with pytest.raises(NoPictureError, match="none from 7 s"):
        probe_frames(media, MediaSettings(start_s=7.0), n=4)


def test_spread_times_are_middles_of_equal_stretches(tmp_path: Path) -> None:
    media = open_media(write_clip(tmp_path / "a.mp4", n_frames=100))
    assert spread_times(media, MediaSettings(start_s=1.0), n=3) == [1.5, 2.5, 3.5]
