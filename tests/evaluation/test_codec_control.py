from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from groupaffect.errors import UnreadableMediaError
from groupaffect.evaluation.codec_control import write_control
from groupaffect.media import open_media
from media.synthetic_clips import write_clip


def write_noise(path: Path, *, bits_per_s: int, size_px: tuple[int, int]) -> Path:
    """Write two seconds of noise, which takes all the bits that it may."""
    rng = np.random.default_rng(0)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height = size_px
        stream.pix_fmt, stream.codec_context.bit_rate = "yuv420p", bits_per_s
        for _ in range(50):
            pixels = rng.integers(0, 256, (size_px[1], size_px[0], 3), dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode(None))
    return path


def test_write_control_takes_the_others_size_and_bit_rate(tmp_path: Path) -> None:
    original = write_noise(tmp_path / "a.mp4", bits_per_s=2_000_000, size_px=(192, 128))
    other = write_noise(tmp_path / "b.mp4", bits_per_s=300_000, size_px=(96, 64))
    how = write_control(original, other, tmp_path / "c.mp4")
    facts = open_media(tmp_path / "c.mp4").facts
    assert (facts.width_px, facts.height_px, facts.codec) == (96, 64, "h264")
    assert how["scale"] == 0.5
    assert how["bits_per_s"] == pytest.approx(how["wanted_bits_per_s"], rel=0.5)
    assert how["bits_per_s"] < 8 * original.stat().st_size / 2 / 3
    assert how["note"] == ""


def test_write_control_of_another_codec_says_so(tmp_path: Path) -> None:
    original = write_clip(tmp_path / "a.mp4")
    how = write_control(original, original, tmp_path / "c.mp4")
    assert how["note"] == "the other recording is mpeg4; the control is H.264 at its bit rate"


def test_write_control_of_a_folder_of_images_names_the_way_out(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4")
    (tmp_path / "images").mkdir()
    Image.new("RGB", (32, 32)).save(tmp_path / "images/1.png")
    with pytest.raises(UnreadableMediaError, match="compare without it: --no-control"):
        write_control(clip, tmp_path / "images", tmp_path / "c.mp4")
    assert not (tmp_path / "c.mp4").exists()
