from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from groupaffect.errors import OutputError
from groupaffect.report.overlay.mark import read_mark
from groupaffect.video_encoder import open_encoder


def encode(
    path: Path, times_s: Sequence[float], *, size_px: tuple[int, int] = (64, 48)
) -> list[av.VideoFrame]:
    """Return the decoded frames of an overlay that was written with these times."""
    width_px, height_px = size_px
    with open_encoder(
        path, width_px=width_px, height_px=height_px, rate_hz=Fraction(25), comment="so made"
    ) as encoder:
        for number, time_s in enumerate(times_s):
            rgb = np.full((height_px, width_px, 3), 40 + 9 * number, dtype=np.uint8)
            encoder.write(rgb, time_s=time_s)
    with av.open(str(path)) as container:
        return list(container.decode(video=0))


def test_times_are_kept_whatever_the_rate(tmp_path: Path) -> None:
    times = [0.0, 0.033366667, 0.5, 0.504, 2.0, 7.125, 3600.04]
    frames = encode(tmp_path / "a.mp4", times)
    assert [f.time for f in frames] == pytest.approx(times, abs=1e-5)
    levels = [round(float(f.to_ndarray(format="rgb24").mean())) for f in frames]
    assert levels == pytest.approx([40 + 9 * k for k in range(7)], abs=3)


def test_times_that_are_nearly_one_stay_apart(tmp_path: Path) -> None:
    frames = encode(tmp_path / "a.mp4", [1.0, 1.000001, 1.000002, 1.04])
    times = [frame.time for frame in frames]
    assert times == sorted(set(times))
    assert times == pytest.approx([1.0, 1.0, 1.0, 1.04], abs=1e-4)


@pytest.mark.parametrize(
    ("size_px", "padded_px"),
    [((65, 47), (66, 48)), ((1, 1), (2, 2)), ((64, 47), (64, 48)), ((3, 500), (4, 500))],
)
def test_odd_sides_get_one_more_pixel(
    tmp_path: Path, size_px: tuple[int, int], padded_px: tuple[int, int]
) -> None:
    frame = encode(tmp_path / "a.mp4", [0.0], size_px=size_px)[0]
    assert (frame.width, frame.height) == padded_px
    pixels = frame.to_ndarray(format="rgb24")
    assert np.abs(pixels.astype(int) - 40).max() <= 4  # the edge is repeated, not a black line


def test_picture_of_8k_is_encoded(tmp_path: Path) -> None:
    (frame,) = encode(tmp_path / "a.mp4", [0.0], size_px=(7680, 4320))
    assert (frame.width, frame.height) == (7680, 4320)


def test_too_large_a_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="at most 16384 pixels, but got 20000 x 100"):
        encode(tmp_path / "a.mp4", [0.0], size_px=(20_000, 100))
    assert list(tmp_path.iterdir()) == []


def test_file_says_how_it_is_to_be_shown(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    encode(path, [0.0, 0.04])
    assert read_mark(path) == "so made"
    with av.open(str(path)) as container:
        (stream,) = container.streams
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert stream.codec_context.colorspace == 1  # BT.709
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")  # plays before it is loaded whole


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_full_disk_is_an_error() -> None:
    with pytest.raises(OSError, match="No space left"):
        encode(Path("/dev/full"), [k / 25 for k in range(200)])


def test_mark_of_what_is_no_whole_video_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    assert read_mark(path) is None
    path.write_bytes(b"no video")
    assert read_mark(path) is None
