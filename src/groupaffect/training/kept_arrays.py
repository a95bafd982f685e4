"""Keep an array in a file that a kill leaves whole or not there at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np


def keep_array(path: Path, array: np.ndarray) -> None:
    """Write an array as ``.npy``, under another name until it is whole."""
    temporary = path.with_suffix(".writing.npy")
    np.save(temporary, array)
    temporary.replace(path)
