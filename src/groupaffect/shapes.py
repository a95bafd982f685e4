"""Checks of arrays where a value is made: their shapes, and whether rows are distributions."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float

from groupaffect.errors import UsageError, sentence


def check_shapes(value: Any, **shapes: tuple[int | str, ...]) -> None:  # noqa: ANN401
    """Check that arrays of a value have the stated shapes; equal letters mean equal sizes.

    Raises
    ------
    UsageError : names the field, the wanted and the given shape.
    """
    sizes: dict[str, int] = {}
    for name, wanted in shapes.items():
        array = getattr(value, name)
        if array is None:
            continue
        given = np.shape(array)
        fits = len(given) == len(wanted) and all(
            size == (sizes.setdefault(axis, size) if isinstance(axis, str) else axis)
            for size, axis in zip(given, wanted, strict=True)
        )
        if not fits:
            shown = ", ".join(str(sizes.get(a, a) if isinstance(a, str) else a) for a in wanted)
            message = sentence(
                wanted=f"`{name}` of {type(value).__name__} must have shape ({shown})",
                got=str(given),
                remedy="pass arrays that belong together",
            )
            raise UsageError(message)


def check_distributions(probability: Float[np.ndarray, "n 7"], *, name: str) -> None:
    """Check that each row sums to 1 (within 1e-3) or is all NaN.

    Raises
    ------
    UsageError : names the first row that is neither.
    """
    missing = np.isnan(probability)
    whole = missing.all(axis=1)
    sums = np.where(whole, 1.0, probability.sum(axis=1))
    wrong = ~(np.abs(sums - 1.0) <= 1e-3)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        message = sentence(
            wanted=f"each row of {name} must sum to 1 or be all NaN",
            got=f"{sums[row]:g} in row {row}",
            remedy="normalise it or mark it missing",
        )
        raise UsageError(message)
