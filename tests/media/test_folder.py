"""A folder of images is a recording of 25 images a second unless told."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from groupaffect.errors import NoPictureError, UnreadableMediaError, UsageError
from groupaffect.media import open_media, read_frames
from groupaffect.settings import MediaSettings
from groupaffect.types import Frame


def write_image(path: Path, grey: int, *, size_px: tuple[int, int] = (8, 6)) -> Path:
    Image.new("RGB", size_px, (grey, grey, grey)).save(path)
    return path


def read_all(
    path: Path, settings: MediaSettings | None = None, *, images_hz: Fraction = Fraction(25)
) -> tuple[list[Frame], list[str]]:
    warnings: list[str] = []
    media = open_media(path, images_hz=images_hz)
    frames = read_frames(media, settings or MediaSettings(), on_warning=warnings.append)
    return list(frames), warnings


def greys(frames: list[Frame]) -> list[int]:
    return [int(frame.grey[0, 0]) for frame in frames]


def test_images_are_in_natural_order(tmp_path: Path) -> None:
    for name, grey in [("f10.png", 30), ("f9.png", 20), ("f1.png", 10), ("f100.png", 40)]:
        write_image(tmp_path / name, grey)
    frames, warnings = read_all(tmp_path)
    assert greys(frames) == [10, 20, 30, 40]
    assert [frame.time_s for frame in frames] == [0.0, 0.04, 0.08, 0.12]
    assert warnings == [f"{tmp_path.name}: images carry no times; taken to be 25 a second"]


@pytest.mark.parametrize("suffix", ["png", "jpg", "JPEG", "bmp", "webp", "tif", "tiff"])
def test_image_format_is_read(tmp_path: Path, suffix: str) -> None:
    write_image(tmp_path / f"a.{suffix}", 120)
    frames, _ = read_all(tmp_path)
    assert abs(greys(frames)[0] - 120) <= 2
    assert frames[0].rgb(4, 3).shape == (3, 4, 3)


def test_rate_told_sets_times(tmp_path: Path) -> None:
    for index in range(3):
        write_image(tmp_path / f"{index}.png", index)
    frames, _ = read_all(tmp_path, images_hz=Fraction(30000, 1001))
    assert frames[2].time_s == float(Fraction(2002, 30000))


def test_rate_of_zero_is_refused(tmp_path: Path) -> None:
    write_image(tmp_path / "a.png", 1)
    with pytest.raises(UsageError, match="`images_hz` must be above 0"):
        open_media(tmp_path, images_hz=Fraction(0))


def test_part_of_folder_keeps_index(tmp_path: Path) -> None:
    for index in range(10):
        write_image(tmp_path / f"{index}.png", index)
    part = MediaSettings(start_s=2.0, end_s=8.0, every=2)
    frames, _ = read_all(tmp_path, part, images_hz=Fraction(1))
    assert [(f.index, f.time_s) for f in frames] == [(2, 2.0), (4, 4.0), (6, 6.0)]


def test_facts_of_folder(tmp_path: Path) -> None:
    paths = [write_image(tmp_path / f"{index}.png", index) for index in range(3)]
    facts = open_media(tmp_path).facts
    joined = "".join(hashlib.sha256(path.read_bytes()).hexdigest() for path in paths)
    assert facts.sha256 == hashlib.sha256(joined.encode()).hexdigest()
    assert (facts.container, facts.codec, facts.n_frames_declared) == ("folder", "png", 3)
    assert (facts.width_px, facts.height_px, facts.duration_s) == (8, 6, 0.12)


def test_damaged_image_leaves_a_gap_and_a_warning(tmp_path: Path) -> None:
    for index in range(4):
        write_image(tmp_path / f"{index}.png", 10 * index)
    (tmp_path / "1.png").write_text("no image")
    frames, warnings = read_all(tmp_path)
    assert [(f.index, f.time_s) for f in frames] == [(0, 0.0), (1, 0.08), (2, 0.12)]
    assert warnings[1:] == [f"{tmp_path.name}: 1 of 4 images not decoded, first '1.png'"]


def test_images_of_other_size_are_scaled_to_the_first(tmp_path: Path) -> None:
    write_image(tmp_path / "1.png", 10)
    write_image(tmp_path / "2.png", 20, size_px=(16, 16))
    frames, warnings = read_all(tmp_path)
    assert [frame.grey.shape for frame in frames] == [(6, 8), (6, 8)]
    assert len(warnings) == 2
    assert "not all images have one size" in warnings[1]


def test_image_of_one_pixel(tmp_path: Path) -> None:
    write_image(tmp_path / "1.png", 77, size_px=(1, 1))
    frames, _ = read_all(tmp_path)
    assert frames[0].rgb().tolist() == [[[77, 77, 77]]]


def test_exif_orientation_is_applied(tmp_path: Path) -> None:
    image = Image.new("RGB", (8, 6), "black")
    image.putpixel((0, 0), (255, 255, 255))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned 90 degrees clockwise
    image.save(tmp_path / "1.png", exif=exif)
    frame = read_all(tmp_path)[0][0]
    assert frame.grey.shape == (8, 6)
    assert frame.grey[0, -1] == 255


def test_sixteen_bit_grey_is_scaled(tmp_path: Path) -> None:
    Image.fromarray(np.full((2, 2), 200 * 256, np.uint16)).save(tmp_path / "1.png")
    assert greys(read_all(tmp_path)[0]) == [200]


def test_folder_without_images_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "._1.png").write_text("left by another system")
    with pytest.raises(NoPictureError, match="must hold images"):
        open_media(tmp_path)


def test_folder_of_damaged_images_is_refused(tmp_path: Path) -> None:
    (tmp_path / "1.png").write_text("x")
    with pytest.raises(UnreadableMediaError, match="1 images that cannot be decoded"):
        open_media(tmp_path)
