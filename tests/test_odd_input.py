"""Odd recordings, odd names, odd places: a whole session, or one sentence and nothing on disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import groupaffect
from groupaffect.app.inputs import Miss, find_recordings
from groupaffect.errors import MediaError, OutputError, UnreadableMediaError
from groupaffect.settings import MediaSettings, Settings
from media.synthetic_clips import write_clip, write_sound
from odd_clips import (
    N_FRAMES,
    begun_before_zero,
    coded,
    damaged_in_the_middle,
    images_of_sizes,
    interlaced,
    timed,
    trimmed,
    without_pictures,
    without_times,
)
from python_process import run_python

Write = Callable[[Path], Path]
RISING = "some frame times do not rise; each was put one frame after the one before"


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("write", "n_frames", "warnings"),
    [
        pytest.param(coded("a.mkv", "ffv1", "gray"), N_FRAMES, [], id="grey"),
        pytest.param(coded("a.mkv", "ffv1", "gray10le"), N_FRAMES, [], id="grey-10-bit"),
        pytest.param(coded("a.mp4", "libx264", "yuv420p10le"), N_FRAMES, [], id="10-bit"),
        pytest.param(coded("a.mkv", "ffv1", "yuva420p"), N_FRAMES, [], id="alpha"),
        pytest.param(coded("a.mov", "qtrle", "argb"), N_FRAMES, [], id="rgb-alpha"),
        pytest.param(coded("a.gif", "gif", "rgb8"), N_FRAMES, [], id="gif"),
        pytest.param(interlaced, N_FRAMES, [], id="interlaced"),
        pytest.param(
            coded("a.mkv", "ffv1", "yuv420p", size_px=(641, 361)), N_FRAMES, [], id="odd-size"
        ),
        pytest.param(coded("a.mkv", "ffv1", "yuv444p", size_px=(1, 1)), N_FRAMES, [], id="1x1"),
        pytest.param(coded("a.mp4", "libx264", "yuv420p", n_frames=1), 1, [], id="one-frame"),
        pytest.param(timed([0, 40, 80, 40, 160, 200]), N_FRAMES, [RISING], id="times-jump-back"),
        pytest.param(begun_before_zero, N_FRAMES, [], id="starts-below-zero"),
        pytest.param(trimmed, N_FRAMES - 3, [], id="edit-list"),
        pytest.param(without_times, N_FRAMES, ["some frames carry no time"], id="no-times"),
        pytest.param(damaged_in_the_middle, 33, ["40 frames announced, 33 decoded"], id="damaged"),
        pytest.param(
            images_of_sizes,
            N_FRAMES,
            ["images carry no times", "not all images have one size"],
            id="image-sizes",
        ),
    ],
)
def test_odd_recording_gives_a_session_and_few_warnings(
    tmp_path: Path, write: Write, n_frames: int, warnings: list[str]
) -> None:
    session = groupaffect.analyze(write(tmp_path), output=tmp_path / "s")
    assert session.facts["n_frames"] == n_frames
    *found, nobody = session.facts["warnings"]
    assert nobody == "No face was seen in any analysed frame."
    assert len(found) == len(warnings)
    assert all(words in sentence for words, sentence in zip(warnings, found, strict=True))
    assert session.facts["duration_s"] > 0
    assert np.isnan(session.group.mean).all()


def _text(folder: Path) -> Path:
    path = folder / "notes.mp4"
    path.write_text("no video\n" * 100)
    return path


def _empty(folder: Path) -> Path:
    (folder / "empty.mp4").touch()
    return folder / "empty.mp4"


def _too_large(folder: Path) -> Path:
    """Write a header that asks for a picture of 3.6 gigapixels."""
    (folder / "images").mkdir()
    path = folder / "images" / "1.png"
    Image.new("RGB", (8, 6)).save(path)
    data = bytearray(path.read_bytes())
    at = data.index(b"IHDR") + 4
    data[at : at + 8] = (60_000).to_bytes(4, "big") * 2
    path.write_bytes(bytes(data))
    return folder / "images"


def _bad_name(folder: Path) -> Path:
    clip = write_clip(folder / "a.mp4", n_frames=1)
    return clip.rename(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.mp4"))


@pytest.mark.parametrize(
    ("write", "words"),
    [
        pytest.param(without_pictures, "but got", id="0-frames"),
        pytest.param(lambda f: write_sound(f / "a.m4a"), "but got sound only", id="sound"),
        pytest.param(_empty, "but got an empty file", id="zero-bytes"),
        pytest.param(_text, "must be a video file or a folder of images", id="text"),
        pytest.param(_too_large, "1 images that cannot be decoded", id="gigapixels"),
        pytest.param(_bad_name, "but got a name that is no UTF-8", id="name"),
    ],
)
def test_what_is_no_recording_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, write: Write, words: str
) -> None:
    path = write(tmp_path)
    output = tmp_path / "sessions" / "s"
    with pytest.raises(MediaError, match=words) as caught:
        groupaffect.analyze(path, output=output)
    assert str(caught.value).endswith(".")
    assert str(caught.value).isprintable()
    assert not output.parent.exists()


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("a b.mp4", "a b"),
        ("new\nline.mp4", "new\nline"),
        ("-dash.mp4", "-dash"),
        ("100%d%s%03d.mp4", "100%d%s%03d"),
        ("\u65e5\u672c\u00fc.mp4", "\u65e5\u672c\u00fc"),
        ("a:b?c*[1].mp4", "a:b?c*[1]"),
        ("...mp4", "...mp4"),
    ],
)
def test_odd_name_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, stem: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write_clip(tmp_path / "clip.mp4", n_frames=2).rename(name)
    session = groupaffect.analyze(name)
    assert session.path == tmp_path / "sessions" / stem
    assert session.record.media.name == name
    assert (session.path / "report.html").is_file()
    assert find_recordings([f"./{name}"]) == [Path(name)]


def test_working_directory_of_images_is_called_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = images_of_sizes(tmp_path)
    monkeypatch.chdir(folder)
    assert groupaffect.analyze(".").path == folder / "sessions" / "sizes"


@pytest.mark.parametrize(
    "inside", ["out", "."], ids=["input in the output", "output is its folder"]
)
def test_input_and_output_may_share_a_folder(tmp_path: Path, inside: str) -> None:
    (tmp_path / "out").mkdir()
    clip = write_clip(tmp_path / "out" / "a.mp4", n_frames=2)
    before = clip.read_bytes()
    session = groupaffect.analyze(clip, output=tmp_path / "out" / inside / "a")
    assert clip.read_bytes() == before
    assert names_in(tmp_path / "out") in (["a", "a.mp4"], ["a.mp4", "out"])
    assert find_recordings([str(tmp_path / "out")]) == [clip]
    assert session.facts["n_frames"] == 2


def test_output_that_is_the_input_is_refused_and_kept(tmp_path: Path) -> None:
    folder = images_of_sizes(tmp_path)
    before = names_in(folder)
    with pytest.raises(OutputError, match="something else there already"):
        groupaffect.analyze(folder, output=folder, force=True)
    assert names_in(folder) == before


def test_link_that_leads_nowhere_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "loop.mp4").symlink_to(tmp_path / "loop.mp4")
    (miss,) = find_recordings([str(tmp_path / "loop.mp4")])
    assert isinstance(miss, Miss)
    assert "must be readable, but got a link that leads nowhere; " in str(miss.error)
    with pytest.raises(UnreadableMediaError, match="but got"):
        groupaffect.analyze(tmp_path / "loop.mp4", output=tmp_path / "s")
    clip = write_clip(tmp_path / "a.mp4", n_frames=1)
    with pytest.raises(OutputError, match="something else there already"):
        groupaffect.analyze(clip, output=tmp_path / "loop.mp4")


def test_folders_that_link_to_themselves_are_searched_once(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    clip = write_clip(tmp_path / "inner" / "a.mp4", n_frames=1)
    for name in ("x", "y", "z"):  # followed to the end they would be 3 ** 40 folders
        (tmp_path / name).symlink_to(tmp_path)
    assert find_recordings([str(tmp_path)]) == [clip]


EIGHT_K = """
import sys, groupaffect
session = groupaffect.analyze(sys.argv[1], output=sys.argv[2])
# Not getrusage: its peak is inherited from the process of the tests.
peak = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(session.facts["n_frames"], int(peak[0].split()[1]) // 1024)
"""


def test_8k_frame_is_bounded_in_memory(tmp_path: Path) -> None:
    clip = write_clip(
        tmp_path / "a.mov",
        n_frames=1,
        codec="mjpeg",
        pixel_format="yuvj420p",
        size_px=(7680, 4320),
    )
    done = run_python("-c", EIGHT_K, str(clip), str(tmp_path / "s"))
    n_frames, peak_mb = map(int, done.stdout.split())
    assert n_frames == 1
    assert 100 < peak_mb < 700


@pytest.fixture(scope="module")
def every_eighth() -> Settings:
    return Settings(media=MediaSettings(every=8))


def test_face_that_leaves_is_missing_not_zero(
    tmp_path: Path, data_dir: Path, every_eighth: Settings
) -> None:
    path = data_dir / "clips/awkward/face_noface.mov"
    session = groupaffect.analyze(path, output=tmp_path / "s", settings=every_eighth)
    (signal,) = [s for s in session.signals if s.source == "fused"]
    seen = ~np.isnan(signal.probability[:, 0])
    assert seen[0]
    assert not seen[-1]
    assert np.isnan(signal.probability[~seen]).all()
    np.testing.assert_allclose(signal.probability[seen].sum(axis=1), 1, atol=1e-5)


def test_face_that_comes_late_has_a_row_in_every_frame(
    tmp_path: Path, data_dir: Path, every_eighth: Settings
) -> None:
    path = data_dir / "clips/awkward/noface_face.mov"
    session = groupaffect.analyze(path, output=tmp_path / "s", settings=every_eighth)
    assert session.facts["n_frames"] == 22  # of 169; the header of 120 Hz changes nothing
    assert session.facts["duration_s"] == pytest.approx(6.39, abs=0.2)
    faces = session.faces
    assert faces.num_rows == 22 * len(session.participants)
    assert not faces["success"][0].as_py()
    assert np.isnan(faces["x_0"][0].as_py())


def test_nobody_and_unknown_length_give_whole_sessions(
    tmp_path: Path, data_dir: Path, every_eighth: Settings
) -> None:
    for name in ("no_face.mp4", "default.wmv"):
        shutil.copy(data_dir / "clips/awkward" / name, tmp_path / name)
        session = groupaffect.analyze(
            tmp_path / name, output=tmp_path / f"{name}.s", settings=every_eighth
        )
        assert len(session.group) == int(np.ceil(session.facts["duration_s"] - 1e-6))
