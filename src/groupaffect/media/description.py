"""What a recording is, before its frames are read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from groupaffect.settings import MediaSettings
from groupaffect.timeline import TIME_GRACE_S
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


def is_before_start(time_s: float, settings: MediaSettings) -> bool:
    """Return whether a time lies before the analysed part, with the grace of ``timeline``.

    Examples
    --------
    >>> [is_before_start(t, MediaSettings(start_s=2.0)) for t in (1.99, 1.9999996)]
    [True, False]
    """
    return time_s + TIME_GRACE_S < settings.start_s


def is_past_end(time_s: float, settings: MediaSettings) -> bool:
    """Return whether a time lies at or after the end of the analysed part, with that grace.

    Examples
    --------
    >>> [is_past_end(t, MediaSettings(end_s=10.0)) for t in (9.99, 9.9999996)]
    [False, True]
    """
    return settings.end_s is not None and time_s + TIME_GRACE_S >= settings.end_s


def is_wanted(index: int, time_s: float, settings: MediaSettings) -> bool:
    """Return whether a frame is analysed: start_s <= time < end_s, every n-th by its index.

    The index counts from the first frame of the media, so that a part shows the same frames
    as the whole.

    Examples
    --------
    >>> [is_wanted(i, i / 25, MediaSettings(start_s=0.08, every=2)) for i in range(5)]
    [False, False, True, False, True]
    """
    within = not (is_before_start(time_s, settings) or is_past_end(time_s, settings))
    return within and index % settings.every == 0
