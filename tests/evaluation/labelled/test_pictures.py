from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from evaluation.made_sets import encoded, noise, pixel_text
from groupaffect.evaluation.labelled.pictures import decode_picture, decode_pixels
from groupaffect.evaluation.labelled.row import BadRowError


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
def test_picture_of_grey_keeps_every_level(kind: str, tmp_path: Path) -> None:
    grey = noise()
    (tmp_path / "a").write_bytes(encoded(grey, kind))
    for source in (encoded(grey, kind), tmp_path / "a"):
        picture = decode_picture(source)
        assert picture.conversion is None
        np.testing.assert_array_equal(np.asarray(picture.image.convert("L")), grey)


def test_picture_of_16_bits_is_scaled_and_said_so() -> None:
    grey = noise()
    picture = decode_picture(encoded(grey.astype(np.uint16) * 257))
    assert picture.conversion == "16-bit grey scaled to 8 bits"
    np.testing.assert_array_equal(np.asarray(picture.image.convert("L")), grey)


def test_picture_with_transparency_loses_it_and_says_so() -> None:
    rgba = np.dstack([noise(), noise(), noise(), noise()])
    picture = decode_picture(encoded(rgba))
    assert picture.conversion == "transparency dropped"
    np.testing.assert_array_equal(np.asarray(picture.image), rgba[..., :3])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF"])
def test_picture_cut_or_overwritten_is_bad_or_read_but_never_another_error(
    kind: str, rng: np.random.Generator
) -> None:
    whole = encoded(noise(24), kind)
    n_bad = 0
    for _ in range(60):
        damaged = bytearray(whole[: rng.integers(1, len(whole))])
        for place in rng.integers(0, len(damaged), 6):
            damaged[place] = rng.integers(0, 256)
        try:
            decode_picture(bytes(damaged))
        except BadRowError:
            n_bad += 1
    assert n_bad > 10


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(None, "no picture", id="none"),
        pytest.param(b"", "no picture", id="empty"),
        pytest.param(b"hello", "a damaged one", id="text"),
        pytest.param(encoded(np.zeros((48, 48), np.uint8))[:60], "a damaged one", id="cut"),
        pytest.param(encoded(np.zeros((1, 1), np.uint8)), "1x1 pixels, too few", id="1x1"),
        pytest.param(encoded(np.zeros((7, 90), np.uint8)), "90x7 pixels, too few", id="strip"),
        pytest.param(
            encoded(Image.fromarray(np.ones((9, 9), np.float32)), "TIFF"), "fractions", id="float"
        ),
    ],
)
def test_picture_that_cannot_be_used_says_why(content: bytes | None, reason: str) -> None:
    with pytest.raises(BadRowError, match=reason):
        decode_picture(content)


def test_picture_that_is_a_bomb_is_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in (1500, 1000):  # Pillow warns above its limit, and refuses above twice that
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
        with pytest.raises(BadRowError, match="too large"):
            decode_picture(encoded())


def test_picture_file_that_is_gone_is_bad(tmp_path: Path) -> None:
    with pytest.raises(BadRowError, match="damaged"):
        decode_picture(tmp_path / "gone.png")


def test_picture_lies_upright_as_its_exif_says() -> None:
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(np.zeros((10, 20), np.uint8)).save(file, "JPEG", exif=exif)
    assert decode_picture(file.getvalue()).image.size == (10, 20)


def test_pixels_make_a_square_row_by_row() -> None:
    grey = noise(16)
    image = decode_pixels(pixel_text(grey)).image
    np.testing.assert_array_equal(np.asarray(image.convert("L")), grey)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(None, "no pixels", id="none"),
        pytest.param("  ", "no pixels", id="blank"),
        pytest.param("1 2 three 4", "no whole numbers", id="word"),
        pytest.param("1 2 3.5 4", "no whole numbers", id="fraction"),
        pytest.param(f"1 2 {9**30} 4", "no whole numbers", id="huge"),
        pytest.param(pixel_text() + " 7", "2305 pixels, which make no square", id="count"),
        pytest.param("0 " * 63 + "256", r"beyond 0\.\.255", id="high"),
        pytest.param("0 " * 63 + "-1", r"beyond 0\.\.255", id="low"),
        pytest.param("0", "1x1 pixels, too few", id="1x1"),
    ],
)
def test_pixels_that_cannot_be_used_say_why(text: str | None, reason: str) -> None:
    with pytest.raises(BadRowError, match=reason):
        decode_pixels(text)
