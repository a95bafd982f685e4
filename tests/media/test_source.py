"""Files of many kinds become frames with their own times, or one sentence that says why not."""

from __future__ import annotations

import hashlib
import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from groupaffect.errors import NoPictureError, UnreadableMediaError
from groupaffect.media import open_media, read_frames
from groupaffect.settings import MediaSettings
from groupaffect.types import Frame
from media.synthetic_clips import (
    decoded_times,
    frame_grey,
    move_times,
    turn_clip,
    write_clip,
    write_sound,
)

ALL = MediaSettings()
N_FRAMES = 25


def read_all(path: Path, settings: MediaSettings = ALL) -> tuple[list[Frame], list[str]]:
    warnings: list[str] = []
    frames = list(read_frames(open_media(path), settings, on_warning=warnings.append))
    return frames, warnings


def middle_grey(frame: Frame) -> float:
    return float(frame.grey[frame.height_px // 2, frame.width_px // 2])


def expected_luma(index: int) -> float:
    return 16 + frame_grey(index) * 219 / 255  # full-range RGB to limited-range luma


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.mp4", "mpeg4"),
        ("a.mov", "mpeg4"),
        ("a.avi", "mpeg4"),
        ("a.mkv", "mpeg4"),
        ("a.wmv", "wmv2"),
        ("a.flv", "flv1"),
        ("a.webm", "libvpx"),
        ("h264.mp4", "libx264"),
        ("h264.avi", "libx264"),
        ("ä b%20c.mp4", "mpeg4"),
    ],
)
def test_frames_of_container_have_own_times_and_pixels(
    tmp_path: Path, name: str, codec: str
) -> None:
    path = write_clip(tmp_path / name, n_frames=N_FRAMES, codec=codec)
    frames, warnings = read_all(path)
    assert warnings == []
    assert [frame.index for frame in frames] == list(range(N_FRAMES))
    times = [frame.time_s for frame in frames]
    np.testing.assert_allclose(times, np.arange(N_FRAMES) / 25, atol=6e-4)  # flv counts ms
    greys = [middle_grey(frame) for frame in frames]
    np.testing.assert_allclose(greys, [expected_luma(i) for i in range(N_FRAMES)], atol=3)


def test_times_equal_plain_loop(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", codec="libx264")
    assert [f.time_s for f in read_all(path)[0]] == pytest.approx(decoded_times(path), abs=1e-12)


def test_times_of_29_97_do_not_drift(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", n_frames=300, rate_hz=Fraction(30000, 1001), gop=300)
    frames, _ = read_all(path)
    assert frames[299].time_s == float(Fraction(299 * 1001, 30000))


def test_times_of_variable_rate_are_kept(tmp_path: Path) -> None:
    times_ms = [0, 40, 55, 300, 310, 1000, 1033]
    path = write_clip(tmp_path / "a.mkv", times_ms=times_ms)
    assert [f.time_s for f in read_all(path)[0]] == [t / 1000 for t in times_ms]


def test_wild_time_is_put_after_the_frame_before(tmp_path: Path) -> None:
    right = write_clip(tmp_path / "right.mkv", n_frames=8)
    wild = {3: 3_000_000_000, 6: 3_100_000_000}
    frames, warnings = read_all(move_times(right, tmp_path / "a.mkv", to_ms=wild))
    assert [frame.time_s for frame in frames] == pytest.approx([k / 25 for k in range(8)])
    assert warnings == [
        "a.mkv: some frame times leap ahead by over an hour; each was put one frame after the "
        "one before"
    ]


def test_times_start_at_zero_when_clock_does_not(tmp_path: Path) -> None:
    """Time-shift law: a later clock changes nothing."""
    plain = write_clip(tmp_path / "a.mkv", times_ms=[0, 40, 90])
    late = write_clip(tmp_path / "b.mkv", times_ms=[5000, 5040, 5090])
    assert [f.time_s for f in read_all(late)[0]] == [f.time_s for f in read_all(plain)[0]]
    assert open_media(late).origin_s == 5


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv444p", "yuv422p10le", "yuv420p10le"])
def test_grey_is_luma_as_coded_at_any_depth(tmp_path: Path, pixel_format: str) -> None:
    path = write_clip(tmp_path / "a.mkv", n_frames=2, codec="ffv1", pixel_format=pixel_format)
    frames, _ = read_all(path)
    assert middle_grey(frames[1]) == pytest.approx(expected_luma(1), abs=1)


@pytest.mark.parametrize("codec", ["png", "rawvideo"])
def test_colour_of_rgb_codec_is_exact(tmp_path: Path, codec: str) -> None:
    pixel_format = "rgb24" if codec == "png" else "bgr24"
    suffix = "mov" if codec == "png" else "avi"
    path = write_clip(tmp_path / f"a.{suffix}", n_frames=2, codec=codec, pixel_format=pixel_format)
    assert read_all(path)[0][1].rgb()[30, 40].tolist() == [frame_grey(1)] * 3


def test_odd_size_is_kept(tmp_path: Path) -> None:
    path = write_clip(
        tmp_path / "a.mkv", n_frames=2, codec="ffv1", pixel_format="yuv444p", size_px=(61, 37)
    )
    frame = read_all(path)[0][0]
    assert (frame.width_px, frame.height_px) == (61, 37)
    assert frame.rgb().shape == (37, 61, 3)
    assert frame.rgb(20, 11).shape == (11, 20, 3)


@pytest.mark.parametrize(("clockwise_deg", "corner"), [(90, "tr"), (180, "br"), (270, "bl")])
def test_rotated_pictures_come_out_upright(tmp_path: Path, clockwise_deg: int, corner: str) -> None:
    """The bright tile is stored upper left; turned clockwise it goes to the corner named."""
    path = turn_clip(write_clip(tmp_path / "a.mp4", n_frames=2), clockwise_deg=clockwise_deg)
    media, frame = open_media(path), read_all(path)[0][0]
    size = (64, 48) if clockwise_deg == 180 else (48, 64)
    assert (media.facts.width_px, media.facts.height_px) == size
    assert (frame.width_px, frame.height_px) == size
    for pixels in (frame.grey, frame.rgb()[..., 0], frame.rgb(size[0] // 2, size[1] // 2)[..., 0]):
        assert _bright_corner(pixels) == corner


def _bright_corner(pixels: np.ndarray) -> str:
    corners = {
        "tl": pixels[2, 2],
        "tr": pixels[2, -3],
        "bl": pixels[-3, 2],
        "br": pixels[-3, -3],
    }
    return max(corners, key=lambda name: int(corners[name]))


def test_frame_lives_on_after_reading_ended(tmp_path: Path) -> None:
    frames, _ = read_all(write_clip(tmp_path / "a.mp4", codec="libx264"))
    np.testing.assert_allclose(
        [frame.rgb()[30, 40, 0] for frame in frames], [frame_grey(i) for i in range(25)], atol=4
    )


def test_grey_cannot_be_written(tmp_path: Path) -> None:
    frame = read_all(write_clip(tmp_path / "a.mp4", n_frames=1))[0][0]
    with pytest.raises(ValueError, match="read-only"):
        frame.grey[0, 0] = 1


def test_facts_of_file(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", n_frames=50)
    facts = open_media(path).facts
    assert facts.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (facts.name, facts.codec, facts.n_frames_declared) == ("a.mp4", "mpeg4", 50)
    assert (facts.rate_hz, facts.duration_s, facts.rotation_deg) == (25, 2.0, 0)
    assert "mp4" in facts.container


def test_truncated_file_gives_what_decodes_and_warns(tmp_path: Path) -> None:
    whole = write_clip(tmp_path / "whole.avi", n_frames=50)
    cut = tmp_path / "cut.avi"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 3 // 4])
    frames, warnings = read_all(cut)
    assert 5 < len(frames) < 45
    assert warnings == [f"cut.avi: 50 frames announced, {len(frames)} decoded; the rest is damaged"]


def test_container_without_a_count_that_ends_early_is_told(tmp_path: Path) -> None:
    """All after its first second is blank; Matroska says how long it is, not how many frames."""
    path = write_clip(tmp_path / "a.mkv", n_frames=75, gop=5)
    assert read_all(path)[1] == []
    data = bytearray(path.read_bytes())
    data[len(data) // 3 : -200] = bytes(len(data) - 200 - len(data) // 3)
    path.write_bytes(bytes(data))
    frames, (warning,) = read_all(path)
    assert 0 < len(frames) < 40
    assert (
        f"its pictures end at {len(frames) / 25:.1f} s, but its container states 3.0 s" in warning
    )
    assert read_all(path, MediaSettings(end_s=0.2))[1] == [], "nobody asked for the rest"


def test_long_gap_without_pictures_is_told(tmp_path: Path) -> None:
    times_ms = [0, 40, 4040, 9540, 9580]
    path = write_clip(tmp_path / "a.mkv", n_frames=5, times_ms=times_ms)
    assert read_all(path)[1] == ["a.mkv: no picture for 5.5 s from 4.0 s on, the longest gap"]
    write_clip(path, n_frames=5, times_ms=[0, 40, 4040, 9000, 9040])
    assert read_all(path)[1] == []


def test_damaged_middle_is_passed_over(tmp_path: Path, rng: np.random.Generator) -> None:
    path = write_clip(tmp_path / "a.mp4", n_frames=60, gop=10)
    whole, _ = read_all(path)
    data = bytearray(path.read_bytes())
    pictures = data.index(b"moov")  # what comes before it is the pictures
    damaged = slice(pictures // 3, pictures // 2)
    data[damaged] = bytes(damaged.stop - damaged.start)
    path.write_bytes(bytes(data))
    frames, warnings = read_all(path)
    assert 30 < len(frames) < 60
    assert warnings == [f"a.mp4: 60 frames announced, {len(frames)} decoded; the rest is damaged"]
    true_times = [frame.time_s for frame in whole]
    assert {frame.time_s for frame in frames} <= set(true_times)
    assert frames[-1].time_s == true_times[-1]


def test_text_file_named_mp4_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.mp4"
    path.write_text("not a video\n" * 50)
    with pytest.raises(UnreadableMediaError, match=r"'notes.mp4' must be a video file"):
        open_media(path)


def test_text_file_is_no_terminal_recording(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a video\n" * 50)
    with pytest.raises(UnreadableMediaError, match="must be a video file"):
        open_media(path)


def test_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    with pytest.raises(UnreadableMediaError, match="but got an empty file"):
        open_media(tmp_path / "a.mp4")


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableMediaError, match="a path where nothing is; check the path: "):
        open_media(tmp_path / "a.mp4")


def test_forbidden_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write_clip(tmp_path / "a.mp4", n_frames=1)
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UnreadableMediaError, match="one that may not be read; ask for permission"):
        open_media(path)


def test_sound_only_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoPictureError, match="must hold moving pictures, but got sound only"):
        open_media(write_sound(tmp_path / "a.m4a"))


def test_one_frame_is_enough(tmp_path: Path) -> None:
    frames, warnings = read_all(write_clip(tmp_path / "a.mp4", n_frames=1))
    assert ([frame.time_s for frame in frames], warnings) == ([0.0], [])


def test_error_is_one_sentence_with_path_last(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with pytest.raises(UnreadableMediaError) as caught:
        open_media(path)
    assert str(caught.value).endswith(f"{path}.")
    assert "\n" not in str(caught.value)


def test_read_frames_beyond_end_is_refused(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", n_frames=25)
    with pytest.raises(NoPictureError, match="none from 9 s to its end"):
        read_all(path, MediaSettings(start_s=9.0))


def test_name_with_protocol_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "http:meeting.mp4"
    shutil.copy(write_clip(tmp_path / "a.mp4", n_frames=2), path)
    assert len(read_all(path)[0]) == 2
