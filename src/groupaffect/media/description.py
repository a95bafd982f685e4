"""What a recording is, before its frames are read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from groupaffect.errors import UsageError, sentence
from groupaffect.settings import MediaSettings
from groupaffect.types import MediaFacts

Kind = Literal["file", "folder"]


@dataclass(frozen=True, slots=True)
class Media:
    """A recording that was found readable; it holds nothing open.

    Attributes
    ----------
    kind : a video "file" or a "folder" of images.
    origin_s : presentation time of the first decodable picture on the container's own clock;
        every ``Frame.time_s`` counts from it.
    images : the image files of a folder, in order; empty for a file.
    """

    path: Path
    kind: Kind
    facts: MediaFacts
    origin_s: Fraction = Fraction(0)
    images: tuple[Path, ...] = ()


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal, read piece by piece."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def join_sha256(hashes: Iterable[str]) -> str:
    """Return the SHA-256 of hexadecimal hashes put one after the other.

    Examples
    --------
    >>> join_sha256(["00", "ff"]) == hashlib.sha256(b"00ff").hexdigest()
    True
    """
    return hashlib.sha256("".join(hashes).encode("ascii")).hexdigest()


def check_part(settings: MediaSettings) -> None:
    """Check that the part to analyse can hold a frame.

    Raises
    ------
    UsageError : the start is negative, the end not after it, or ``every`` below 1.

    Examples
    --------
    >>> check_part(MediaSettings(start_s=2.0, end_s=2.5, every=3))
    """
    end_s = settings.end_s
    if not settings.start_s >= 0:
        wanted, got = "`start_s` must be 0 or more", f"{settings.start_s:g} s"
    elif end_s is not None and not end_s > settings.start_s:
        wanted, got = f"`end_s` must be after the start at {settings.start_s:g} s", f"{end_s:g} s"
    elif settings.every < 1:
        wanted, got = "`every` must be at least 1", str(settings.every)
    else:
        return
    raise UsageError(sentence(wanted=wanted, got=got, remedy="correct the part to analyse"))


def is_wanted(index: int, time_s: float, settings: MediaSettings) -> bool:
    """Return whether a frame is analysed: start_s <= time < end_s, every n-th by its index.

    The index counts from the first frame of the media, so that a part shows the same frames
    as the whole.

    Examples
    --------
    >>> [is_wanted(i, i / 25, MediaSettings(start_s=0.08, every=2)) for i in range(5)]
    [False, False, True, False, True]
    """
    before_end = settings.end_s is None or time_s < settings.end_s
    return settings.start_s <= time_s and before_end and index % settings.every == 0
