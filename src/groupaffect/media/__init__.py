"""Turn a recording into frames with their true presentation times.

In: a path (any video file that PyAV decodes, or a folder of images). Out: a ``Media`` that says
what the recording is, and its ``Frame`` values in order of time. Nothing else in the package
opens a recording.

- ``source``: ``open_media``, ``read_frames``; which reader a path needs.
- ``file``, ``container``, ``packets``, ``clock``, ``picture``: a video file, from its container
  to packets, times and pixels.
- ``folder``, ``image``: a folder of images as a recording.
- ``ahead``: decode in a thread, with a bound in bytes on what waits.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from groupaffect.media.ahead import frames_ahead
    from groupaffect.media.description import Media
    from groupaffect.media.source import open_media, read_frames

__all__ = ["Media", "frames_ahead", "open_media", "read_frames"]

_HOMES = {
    "Media": "description",
    "frames_ahead": "ahead",
    "open_media": "source",
    "read_frames": "source",
}


def __getattr__(name: str) -> object:
    """Import a name when it is first asked for: the decoder is slow to load."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return value
