"""FFmpeg's scaler, kept from picture to picture and safe to share between threads."""

from __future__ import annotations

from threading import Lock

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from jaxtyping import UInt8


class Scaler:
    """Turns pictures into RGB of a wanted size.

    Setting FFmpeg's scaler up costs more than a small picture does, so that one serves all
    frames of a media. It lets go of the interpreter while it works: hence the lock.
    """

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()
        self._lock = Lock()

    def scale(
        self, picture: VideoFrame, *, width_px: int, height_px: int
    ) -> UInt8[np.ndarray, "h w 3"]:
        """Return (height, width, 3) uint8 RGB, interpolated over all pixels it stands for."""
        with self._lock:
            scaled = self._reformatter.reformat(
                picture, width=width_px, height=height_px, format="rgb24", threads=1
            )
            return np.asarray(scaled.to_ndarray(), np.uint8)
