"""Recordings of the development data that taught us something; skipped where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from groupaffect.media import open_media, read_frames
from groupaffect.settings import MediaSettings
from media.synthetic_clips import decoded_times


def times_and_warnings(path: Path) -> tuple[list[float], list[str]]:
    warnings: list[str] = []
    frames = read_frames(open_media(path), MediaSettings(), on_warning=warnings.append)
    return [frame.time_s for frame in frames], warnings


def test_truncated_clip_gives_110_of_157(data_dir: Path) -> None:
    times, warnings = times_and_warnings(data_dir / "clips/awkward/truncated.mp4")
    assert len(times) == 110
    assert warnings == ["truncated.mp4: 157 frames announced, 110 decoded; the rest is damaged"]


@pytest.mark.parametrize(
    ("name", "n_frames", "last_s"),
    [
        ("noface_face.mov", 169, 6.345),
        ("no_face.mp4", 95, 3.917),
        ("default.wmv", 288, 19.12),
    ],
    ids=["header of 120 Hz", "edit list hides 3 frames", "count unknown"],
)
def test_times_of_awkward_clip_equal_plain_loop(
    data_dir: Path, name: str, n_frames: int, last_s: float
) -> None:
    path = data_dir / "clips/awkward" / name
    times, warnings = times_and_warnings(path)
    assert (len(times), round(times[-1], 3)) == (n_frames, last_s)
    assert times == pytest.approx(decoded_times(path), abs=1e-9)
    assert warnings == []
