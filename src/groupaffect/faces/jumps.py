"""Notice when a picture changes at once: a cut, tiles that change places, a new layout."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8

# About so many rows of the picture are compared.
N_ROWS = 45
# Grey levels by which a sample must change; the share of the samples of the picture, or of a
# tile, that must; and how many times the share that is usual there: a swinging camera changes
# much in every frame (all ours).
CHANGED_GREY = 25
MIN_PICTURE_SHARE, MIN_TILE_SHARE = 0.05, 0.25
MIN_RATIO = 3.0
# Usual is what more than one of the last so many frames reached: a jump is not, and a swinging
# camera is though each of its pictures may come several times (ours).
N_USUAL = 8


@dataclass(frozen=True, slots=True)
class Glance:
    """A coarse sample of the last frame, and how much changed in the last frames.

    Attributes
    ----------
    share : (up to ``N_USUAL``, 1 + k) 0..1 of the picture and of each of k tiles, latest last.
    """

    sample: UInt8[np.ndarray, "rows columns"]
    share: Float[np.ndarray, "frames parts"]


def notice_jump(
    before: Glance | None,
    grey: UInt8[np.ndarray, "height width"],
    *,
    tiles_xyxy_px: Float[np.ndarray, "k 4"],
) -> tuple[Glance, bool]:
    """Return the new glance, and whether the picture or one tile jumped since the one before."""
    stride = max(1, grey.shape[0] // N_ROWS)
    sample = grey[stride // 2 :: stride, stride // 2 :: stride].copy()
    nothing = np.zeros((0, 1 + len(tiles_xyxy_px)))
    if before is None or before.sample.shape != sample.shape:
        return Glance(sample, nothing), before is not None
    changed = np.abs(sample.astype(np.int16) - before.sample) > CHANGED_GREY
    tiles = (tiles_xyxy_px / stride).round().astype(int).clip(0).tolist()
    parts = [changed, *(changed[top:bottom, left:right] for left, top, right, bottom in tiles)]
    share = np.array([part.mean() if part.size else 0.0 for part in parts])
    earlier = before.share if before.share.shape[1] == len(share) else nothing
    usual = np.sort(earlier, axis=0)[-2] if len(earlier) > 1 else np.zeros(len(share))
    least = np.full(len(share), MIN_TILE_SHARE)
    least[0] = MIN_PICTURE_SHARE
    jumped = (share >= least) & (share >= MIN_RATIO * usual)
    return Glance(sample, np.concatenate([earlier, share[None]])[-N_USUAL:]), bool(jumped.any())
