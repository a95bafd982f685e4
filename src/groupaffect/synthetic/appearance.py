"""The appearance model: what faces look like, how expressions change them, who does not exist.

Shape is (68, 2) in jaw widths, aligned to ``REFERENCE_SHAPE_XY``; texture is (m,), one value for
each pixel inside ``texture_mesh``, with mean 0 and standard deviation 1 over the inner face.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from jaxtyping import Float

# The inner edges of the lips, point by point; how far they are apart at rest, in jaw widths.
UPPER_LIP, LOWER_LIP = np.array([61, 62, 63]), np.array([67, 66, 65])
LIPS_APART = (0.004, 0.02)


@dataclass(frozen=True, slots=True)
class Appearance:
    """A linear model of neutral faces, and what each expression adds to them.

    Attributes
    ----------
    shape_mean : (68, 2). shape_modes : (i, 68, 2), a standard deviation each.
    texture_mean : (m,). texture_modes : (j, m), a standard deviation each.
    expression_shape : (7, 68, 2), expression_texture : (7, m) differences between clear
        expressions and neutral faces, in the order of ``EMOTIONS``; neutral's are 0.
    identities : (n, i + j) coefficients of people who are none of the training faces.
    """

    shape_mean: Float[np.ndarray, "68 2"]
    shape_modes: Float[np.ndarray, "i 68 2"]
    texture_mean: Float[np.ndarray, " m"]
    texture_modes: Float[np.ndarray, "j m"]
    expression_shape: Float[np.ndarray, "7 68 2"]
    expression_texture: Float[np.ndarray, "7 m"]
    identities: Float[np.ndarray, "n c"]

    def neutral_face(
        self, identity: int
    ) -> tuple[Float[np.ndarray, "68 2"], Float[np.ndarray, " m"]]:
        """Return shape and texture of one of the identities at rest, lips together."""
        coefficients = self.identities[identity]
        n_shape = len(self.shape_modes)
        shape = self.shape_mean + np.tensordot(coefficients[:n_shape], self.shape_modes, axes=1)
        return close_lips(shape), self.texture_mean + coefficients[n_shape:] @ self.texture_modes


def close_lips(shape: Float[np.ndarray, "68 2"]) -> Float[np.ndarray, "68 2"]:
    """Return a level face whose lips nearly meet: a sum of modes may cross or part them.

    Each pair of points on the lips' inner edges keeps its middle.

    Examples
    --------
    >>> from groupaffect.reference_shape import REFERENCE_SHAPE_XY
    >>> closed = close_lips(REFERENCE_SHAPE_XY)
    >>> (closed[[67, 66, 65], 1] - closed[[61, 62, 63], 1]).round(3).tolist()
    [0.02, 0.02, 0.02]
    """
    upper, lower = shape[UPPER_LIP, 1], shape[LOWER_LIP, 1]
    middle, half = (upper + lower) / 2, np.clip(lower - upper, *LIPS_APART) / 2
    closed = shape.copy()
    closed[UPPER_LIP, 1], closed[LOWER_LIP, 1] = middle - half, middle + half
    return closed


@cache
def load_appearance() -> Appearance:
    """Return the model that the package carries.

    Examples
    --------
    >>> load_appearance().expression_shape.shape
    (7, 68, 2)
    """
    path = files("groupaffect").joinpath("synthetic", "weights", "appearance.npz")
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        arrays = {name: stored[name].astype(np.float32) for name in stored.files}
    # modes and differences are kept in 8 bits, each row with the size of one step
    for name in ("texture_modes", "expression_texture"):
        arrays[name] = arrays[name] * arrays.pop(f"{name}_step")[:, None]
    return Appearance(**arrays)
