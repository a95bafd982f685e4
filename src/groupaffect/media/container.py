"""Open a video file's container and find its picture stream."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

from groupaffect.errors import NoPictureError, UnreadableMediaError, sentence

DEFAULT_RATE_HZ = Fraction(25)  # where a container states none (ours)
N_DECODER_THREADS = 2
# A header can ask for more memory than any machine has; larger than 16K is no recording (ours).
MAX_PICTURE_PX = 15360 * 8640
# A demuxer that reads any text as a terminal's screen; a text file is no recording.
_NOT_VIDEO_FORMATS = frozenset({"tty"})


CONVERT = "check the file, or convert it to mp4"


def unreadable(path: Path, *, got: str, remedy: str = CONVERT) -> UnreadableMediaError:
    """Return the error that says why a path is no recording."""
    shown = os.fsencode(path).decode("utf-8", "backslashreplace")
    message = sentence(
        wanted=f"{path.name!r} must be a video file or a folder of images",
        got=got,
        remedy=f"{remedy}: {shown}",
    )
    return UnreadableMediaError(message)


def not_permitted(path: Path) -> UnreadableMediaError:
    """Return the error for a recording that may not be read."""
    return unreadable(path, got="one that may not be read", remedy="ask for permission to read it")


def open_container(path: Path) -> InputContainer:
    """Open a file for reading; the caller closes it.

    Local files only: a playlist within the file must not reach for the network.

    Raises
    ------
    UnreadableMediaError : the file is not there, may not be read, or is no video.
    """
    try:
        container = av.open(
            f"file:{path.absolute()}",
            metadata_errors="replace",
            container_options={"protocol_whitelist": "file"},
        )
    except PermissionError as error:  # FFmpeg's is one too
        raise not_permitted(path) from error
    except (FFmpegError, OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise unreadable(path, got=f"one that does not open ({reason})") from error
    if container.format.name in _NOT_VIDEO_FORMATS:
        container.close()
        raise unreadable(path, got="text")
    return container


def find_picture_stream(container: InputContainer, path: Path) -> VideoStream:
    """Return the first stream of moving pictures, set to decode in threads.

    Cover art of an audio file is no such stream.

    Raises
    ------
    NoPictureError : there is none.
    UnreadableMediaError : no decoder knows its codec.
    """
    streams = [
        stream
        for stream in container.streams.video
        if not stream.disposition & Disposition.attached_pic
    ]
    if not streams:
        message = sentence(
            wanted=f"{path.name!r} must hold moving pictures",
            got="sound only" if container.streams.audio else "no picture stream",
            remedy=f"choose a recording with video: {path}",
        )
        raise NoPictureError(message)
    stream = streams[0]
    # PyAV leaves the context out where FFmpeg knows no decoder, whatever its type says.
    if getattr(stream, "codec_context", None) is None:
        raise unreadable(path, got="a codec that is not known")
    stream.codec_context.options = {"max_pixels": str(MAX_PICTURE_PX)}
    stream.thread_type = "AUTO"
    stream.codec_context.thread_count = N_DECODER_THREADS
    return stream


def stated_rate_hz(stream: VideoStream) -> Fraction | None:
    """Return the average frame rate as the container states it; None where it does not."""
    rate_hz = stream.average_rate or stream.guessed_rate
    return rate_hz if rate_hz and rate_hz > 0 else None


def stated_duration_s(container: InputContainer, stream: VideoStream) -> float | None:
    """Return how long the pictures last by the container; None where it does not say."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / av.time_base if container.duration else None


def count_listed(container: InputContainer, stream: VideoStream) -> int | None:
    """Return how many packets of the stream an mp4 or mov lists, None for other containers."""
    if "mov" not in container.format.name.split(","):
        return None
    # Older PyAV does not hand the index out.
    return len(getattr(stream, "index_entries", ())) or None
