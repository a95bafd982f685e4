"""Write pictures with their times as an H.264 video in MP4."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from av.video.stream import VideoStream
from jaxtyping import UInt8

from groupaffect.errors import OutputError, sentence

TIME_BASE = Fraction(1, 90_000)  # 11 microseconds; what broadcasting uses for video
MAX_SIDE_PX = 16_384  # of the encoder
_KEYFRAME_EVERY = 50  # frames; a player can jump to each (ours)
CLEAN_CRF = 24  # x264's constant rate factor at which small text stays clean (ours, from trials)
# Fast; no frame waits for later ones, so that memory stays at a few pictures however large they
# are (ours, from trials).
_OPTIONS = {"preset": "veryfast", "tune": "zerolatency"}


class VideoEncoder:
    """An MP4 file that takes one picture after the other, each with its own time.

    Parameters
    ----------
    width_px, height_px : of the pictures; an odd side gets one more pixel, which H.264 in
        4:2:0 needs.
    rate_hz : what players are told; times do not depend on it.
    comment : kept in the file.
    crf : how coarsely it is compressed, 0 (lossless) to 51.
    n_threads : of the encoder, 0 for as many as it likes; with 1, equal pictures make equal
        bytes on any number of cores.

    Raises
    ------
    OutputError : a side is longer than the encoder allows.
    OSError : the file cannot be written.
    """

    def __init__(
        self,
        path: Path,
        *,
        width_px: int,
        height_px: int,
        rate_hz: Fraction,
        comment: str,
        crf: int = CLEAN_CRF,
        n_threads: int = 0,
    ) -> None:
        if max(width_px, height_px) > MAX_SIDE_PX:
            message = sentence(
                wanted=f"a video's sides must be at most {MAX_SIDE_PX} pixels",
                got=f"{width_px} x {height_px}",
                remedy="make the pictures smaller",
            )
            raise OutputError(message)
        self._scaler = VideoReformatter()
        self._last_pts = -1
        self._container: OutputContainer = av.open(
            str(path), "w", format="mp4", options={"movflags": "+faststart"}
        )
        self._container.metadata["comment"] = comment
        self._stream: VideoStream = self._container.add_stream(
            "libx264", rate=rate_hz.limit_denominator(1001), options=_OPTIONS | {"crf": str(crf)}
        )
        context = self._stream.codec_context
        self._stream.width, self._stream.height = width_px + width_px % 2, height_px + height_px % 2
        self._stream.pix_fmt = "yuv420p"
        self._stream.time_base = context.time_base = TIME_BASE
        context.thread_count = n_threads
        context.gop_size = _KEYFRAME_EVERY
        # Said in the file, because players guess from the size otherwise.
        context.color_range, context.colorspace = ColorRange.MPEG, Colorspace.ITU709
        context.color_primaries = context.color_trc = 1  # BT.709 in ITU-T H.273

    def write(self, rgb: UInt8[np.ndarray, "h w 3"], *, time_s: float) -> None:
        """Append a picture shown from ``time_s`` seconds on."""
        odd_height, odd_width = rgb.shape[0] % 2, rgb.shape[1] % 2
        if odd_height or odd_width:
            rgb = np.pad(rgb, ((0, odd_height), (0, odd_width), (0, 0)), mode="edge")
        picture = VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
        picture = self._scaler.reformat(
            picture,
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
        )
        # Two pictures never share a time, however close they were.
        self._last_pts = max(self._last_pts + 1, round(time_s / TIME_BASE))
        picture.pts, picture.time_base = self._last_pts, TIME_BASE
        self._container.mux(self._stream.encode(picture))

    def finish(self) -> None:
        """Write what waits, and end the file."""
        self._container.mux(self._stream.encode(None))
        self._container.close()

    def abandon(self) -> None:
        """Close the file without a care for its content."""
        with contextlib.suppress(OSError):
            self._container.close()


@contextlib.contextmanager
def open_encoder(
    path: Path,
    *,
    width_px: int,
    height_px: int,
    rate_hz: Fraction,
    comment: str,
    crf: int = CLEAN_CRF,
    n_threads: int = 0,
) -> Iterator[VideoEncoder]:
    """Give an encoder whose file is whole, and on the disk, once the block is left.

    Raises
    ------
    OutputError : the size is too large, or the file is not whole.
    OSError : the file cannot be written.
    """
    encoder = VideoEncoder(
        path,
        width_px=width_px,
        height_px=height_px,
        rate_hz=rate_hz,
        comment=comment,
        crf=crf,
        n_threads=n_threads,
    )
    try:
        yield encoder
        encoder.finish()
    except BaseException:
        encoder.abandon()
        raise
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
