"""Make a recording smaller or coarser, as calls and archives do."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av

from groupaffect.media import open_media, read_frames
from groupaffect.settings import MediaSettings

TIME_BASE = Fraction(1, 90_000)


def reencode(
    source: Path,
    target: Path,
    *,
    scale: float,
    crf: int | None = None,
    bits_per_s: int | None = None,
) -> None:
    """Write a recording as H.264 at a share of its size; times stay.

    Parameters
    ----------
    scale : of both sides; these become even numbers, as the codec wants.
    crf : the encoder's constant rate factor, 0 (lossless) to 51 (coarsest).
    bits_per_s : what to aim at instead of a rate factor.
    """
    with av.open(str(target), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.codec_context.time_base = TIME_BASE
        stream.codec_context.thread_count = 1  # the same bytes on any number of cores
        stream.pix_fmt = "yuv420p"
        rate = {} if crf is None else {"crf": str(crf)}
        stream.options = {"preset": "veryfast", **rate}
        if bits_per_s is not None:
            stream.codec_context.bit_rate = bits_per_s
        started = False
        for frame in read_frames(open_media(source), MediaSettings(), on_warning=lambda _: None):
            width, height = (2 * round(s * scale / 2) for s in (frame.width_px, frame.height_px))
            if not started:
                stream.width, stream.height, started = width, height, True
            picture = av.VideoFrame.from_ndarray(frame.rgb(width, height), format="rgb24")
            picture.pts, picture.time_base = round(frame.time_s / TIME_BASE), TIME_BASE
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
