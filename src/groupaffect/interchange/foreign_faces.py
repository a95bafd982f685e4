"""What another tool saw and read in a recording, before it becomes a session."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped

from groupaffect.value_checks import check_shapes


@dataclass(frozen=True, slots=True)
class ForeignFaces:
    """Rows of another tool's table: n rows, in order of frames.

    Attributes
    ----------
    tool : its name. notes : sentences for people about these values.
    frame : (n,) index from 0. time_s : (n,) seconds.
    identity : (n,) what the tool calls the person; "" where it names nobody.
    box_xyxy_px : (n, 4). landmark_xy_px : (n, 68, 2) iBUG points. NaN where missing.
    confidence : (n,) 0..1 that this is a face. success : (n,) whether there is one.
    probability : (n, 7) of the emotions; NaN where the tool reads none.
    size_px : width and height of the picture, 0 where the table does not say.
    """

    tool: str
    frame: Int[np.ndarray, " n"]
    time_s: Float[np.ndarray, " n"]
    identity: Shaped[np.ndarray, " n"]
    box_xyxy_px: Float[np.ndarray, "n 4"]
    landmark_xy_px: Float[np.ndarray, "n 68 2"]
    confidence: Float[np.ndarray, " n"]
    success: Bool[np.ndarray, " n"]
    probability: Float[np.ndarray, "n 7"]
    notes: tuple[str, ...] = ()
    size_px: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        """Check shapes."""
        rows = dict.fromkeys(("frame", "time_s", "identity", "confidence", "success"), ("n",))
        check_shapes(
            self,
            **rows,
            box_xyxy_px=("n", 4),
            landmark_xy_px=("n", 68, 2),
            probability=("n", 7),
        )

    def __len__(self) -> int:
        return len(self.frame)

    def where(self, chosen: np.ndarray) -> ForeignFaces:
        """Return the chosen rows (a mask or indices)."""
        kept = {f.name: getattr(self, f.name) for f in fields(self)}
        rows = {k: v[chosen] for k, v in kept.items() if isinstance(v, np.ndarray)}
        return ForeignFaces(**(kept | rows))
