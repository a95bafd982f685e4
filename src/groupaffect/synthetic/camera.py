"""What a camera adds to a picture."""

from __future__ import annotations

import numpy as np
from jaxtyping import UInt8


def add_camera_noise(
    rgb: UInt8[np.ndarray, "height width 3"], sigma: float, rng: np.random.Generator
) -> UInt8[np.ndarray, "height width 3"]:
    """Return the picture with Gaussian noise, the same in all three colours.

    Parameters
    ----------
    sigma : standard deviation in grey levels, 0..255; web cameras in a room show about 2 to 6.
    """
    noise = rng.standard_normal(rgb.shape[:2], dtype=np.float32) * np.float32(sigma)
    noisy = rgb + np.rint(noise).astype(np.int16)[..., None]  # in whole grey levels: twice as fast
    return np.asarray(noisy.clip(0, 255), dtype=np.uint8)
