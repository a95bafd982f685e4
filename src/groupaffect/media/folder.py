"""A folder of images as a recording."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

from PIL import Image

from groupaffect.errors import NoPictureError, UsageError, sentence
from groupaffect.media.container import unreadable
from groupaffect.media.description import (
    Media,
    file_sha256,
    is_past_end,
    is_wanted,
    join_sha256,
)
from groupaffect.media.image import IMAGE_FAULTS, image_to_frame, read_image
from groupaffect.settings import MediaSettings
from groupaffect.types import Frame, MediaFacts

IMAGE_SUFFIXES = (".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
DEFAULT_IMAGES_HZ = Fraction(25)  # images a second where nobody says (ours; usual for video)


def open_folder(path: Path, *, images_hz: Fraction = DEFAULT_IMAGES_HZ) -> Media:
    """Describe a folder of images; its hash is that of the images' hashes in order.

    Raises
    ------
    NoPictureError : no image lies in the folder itself.
    UnreadableMediaError : none of its images can be decoded, or one may not be read.
    UsageError : ``images_hz`` is not above 0.
    """
    if not images_hz > 0:
        wanted, remedy = "`images_hz` must be above 0", "give images a second"
        raise UsageError(sentence(wanted=wanted, got=str(images_hz), remedy=remedy))
    images = find_images(path)
    if not images:
        message = sentence(
            wanted=f"the folder {path.name!r} must hold images ({' '.join(IMAGE_SUFFIXES)})",
            got="none",
            remedy=f"choose the folder that holds them: {path}",
        )
        raise NoPictureError(message)
    first = next((image for _, image in _decodable(images, failed=[])), None)
    if first is None:
        raise unreadable(path, got=f"{len(images)} images that cannot be decoded")
    facts = MediaFacts(
        name=path.name,
        sha256=join_sha256(file_sha256(image) for image in images),
        container="folder",
        codec=images[0].suffix.lower().removeprefix("."),
        width_px=first.width,
        height_px=first.height,
        duration_s=float(len(images) / images_hz),
        n_frames_declared=len(images),
        rate_hz=images_hz,
    )
    return Media(path, "folder", facts, images=images)


def find_images(path: Path) -> tuple[Path, ...]:
    """Return the image files directly in a folder in natural order, hidden ones left out."""
    found = [
        entry
        for entry in path.iterdir()
        if entry.suffix.lower() in IMAGE_SUFFIXES
        and not entry.name.startswith(".")
        and entry.is_file()
    ]
    return tuple(sorted(found, key=lambda entry: (natural_key(entry.name), entry.name)))


def natural_key(name: str) -> list[str | int]:
    """Return a sort key in which digits compare as numbers.

    Examples
    --------
    >>> sorted(["f10.png", "f9.png", "F1.png"], key=natural_key)
    ['F1.png', 'f9.png', 'f10.png']
    """
    parts = re.split(r"(\d+)", name.casefold())
    return [int(part) if place % 2 else part for place, part in enumerate(parts)]


def read_folder_frames(
    media: Media, settings: MediaSettings, *, on_warning: Callable[[str], None]
) -> Iterator[Frame]:
    """Yield the images of the analysed part; see ``source.read_frames``.

    The k-th file is shown at k / rate seconds; one that cannot be decoded leaves a gap.
    """
    name, rate_hz = media.facts.name, media.facts.rate_hz or DEFAULT_IMAGES_HZ
    width_px, height_px = media.facts.width_px, media.facts.height_px
    on_warning(f"{name}: images carry no times; taken to be {float(rate_hz):g} a second")
    resized = False
    failed: list[Path] = []
    for index, (place, image) in enumerate(_decodable(media.images, failed=failed)):
        time_s = float(place / rate_hz)
        if is_past_end(time_s, settings):
            break
        if not is_wanted(index, time_s, settings):
            continue
        if not resized and image.size != (width_px, height_px):
            resized = True
            on_warning(f"{name}: not all images have one size; scaled to the first")
        yield image_to_frame(
            image, index=index, time_s=time_s, width_px=width_px, height_px=height_px
        )
    if failed:
        total = len(media.images)
        on_warning(f"{name}: {len(failed)} of {total} images not decoded, first {failed[0].name!r}")


def _decodable(
    images: tuple[Path, ...], *, failed: list[Path]
) -> Iterator[tuple[int, Image.Image]]:
    """Yield (place in the folder, image); files that are no image go to ``failed``."""
    for place, path in enumerate(images):
        try:
            yield place, read_image(path)
        except IMAGE_FAULTS:
            failed.append(path)
