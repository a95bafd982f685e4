"""Figures as JSON can hold them."""

from __future__ import annotations

import dataclasses
import math
from typing import Any


def to_plain(value: Any) -> Any:  # noqa: ANN401 (whatever a study found)
    """Return dictionaries, lists, and numbers to four places; NaN, which JSON lacks, is None.

    Examples
    --------
    >>> to_plain({"accuracy": 0.693788, "interval": (0.6, float("nan"))})
    {'accuracy': 0.6938, 'interval': [0.6, None]}
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return to_plain(dataclasses.asdict(value))
    if isinstance(value, dict):
        return {name: to_plain(inner) for name, inner in value.items()}
    if isinstance(value, tuple | list):
        return [to_plain(inner) for inner in value]
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 4)
    return value
