"""Faces found in one picture, before anything is known of who they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from groupaffect.shapes import check_shapes


@dataclass(frozen=True, slots=True)
class Detections:
    """Faces found in one frame, best first.

    Attributes
    ----------
    box_xyxy_px : (n, 4) left, top, right, bottom in pixels of the frame.
    five_point_xy_px : (n, 5, 2) eyes, nose tip, mouth corners as the viewer sees them.
    confidence : (n,) 0..1.
    """

    box_xyxy_px: Float[np.ndarray, "n 4"]
    five_point_xy_px: Float[np.ndarray, "n 5 2"]
    confidence: Float[np.ndarray, " n"]

    def __post_init__(self) -> None:
        """Check shapes."""
        check_shapes(self, box_xyxy_px=("n", 4), five_point_xy_px=("n", 5, 2), confidence=("n",))

    def __len__(self) -> int:
        return len(self.confidence)

    def where(self, chosen: np.ndarray) -> Detections:
        """Return the chosen rows (a mask or indices)."""
        return Detections(
            self.box_xyxy_px[chosen], self.five_point_xy_px[chosen], self.confidence[chosen]
        )
