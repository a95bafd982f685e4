"""Fit and apply similarity transforms (scale, rotation, shift) between point sets.

A transform is a (2, 3) matrix ``A``; a point maps as ``A[:, :2] @ xy + A[:, 2]``.
All functions take batches: n faces at once.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float


def fit_similarity(
    source_xy: Float[np.ndarray, "n p 2"], target_xy: Float[np.ndarray, "n p 2"]
) -> Float[np.ndarray, "n 2 3"]:
    """Return the least-squares similarity that maps each source shape onto its target.

    In complex numbers ``target ~ a * source + b``; with both centred,
    ``a = sum(conj(s) t) / sum(|s|^2)``. Reflections cannot occur.

    Parameters
    ----------
    source_xy, target_xy : (n, p, 2) points, any unit; p >= 2 distinct points.

    Returns
    -------
    (n, 2, 3) float64 matrices from source to target coordinates. A source whose
    points all coincide gives NaN.

    References
    ----------
    Umeyama 1991, 10.1109/34.88573 (closed form, here for two dimensions).

    Examples
    --------
    >>> square = np.array([[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]])
    >>> fit_similarity(square, 2.0 * square + 3.0)[0].round(6) + 0.0
    array([[2., 0., 3.],
           [0., 2., 3.]])
    """
    source, target = _to_complex(source_xy), _to_complex(target_xy)  # (n, p)
    source_mean, target_mean = source.mean(axis=1), target.mean(axis=1)
    source, target = source - source_mean[:, None], target - target_mean[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        energy = (source.real**2 + source.imag**2).sum(axis=1)
        turn = (source.conj() * target).sum(axis=1) / energy
    shift = target_mean - turn * source_mean
    rows = np.stack([turn.real, -turn.imag, shift.real, turn.imag, turn.real, shift.imag], axis=1)
    return rows.reshape(-1, 2, 3)


def _to_complex(xy: Float[np.ndarray, "n p 2"]) -> np.ndarray:
    return np.ascontiguousarray(xy, dtype=np.float64).view(np.complex128)[..., 0]


def apply_similarity(
    transform: Float[np.ndarray, "n 2 3"], xy: Float[np.ndarray, "n p 2"]
) -> Float[np.ndarray, "n p 2"]:
    """Map each shape by its transform.

    Examples
    --------
    >>> apply_similarity(np.array([[[2.0, 0.0, 3.0], [0.0, 2.0, 3.0]]]), np.ones((1, 1, 2)))
    array([[[5., 5.]]])
    """
    return np.asarray(xy @ transform[:, :, :2].swapaxes(1, 2) + transform[:, None, :, 2])


def similarity_scale(transform: Float[np.ndarray, "n 2 3"]) -> Float[np.ndarray, " n"]:
    """Return how much each transform enlarges lengths.

    Examples
    --------
    >>> similarity_scale(np.array([[[0.0, -2.0, 0.0], [2.0, 0.0, 0.0]]]))
    array([2.])
    """
    return np.asarray(np.hypot(transform[:, 0, 0], transform[:, 1, 0]))
