"""Read the labelled face images that the recipes train on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from jaxtyping import Float32, Int8, Int64, UInt8

from groupaffect.evaluation.fer2013 import CONTEMPT_COLUMN, VOTE_COLUMNS, decode_grey

VOTES = (*VOTE_COLUMNS, CONTEMPT_COLUMN)


@dataclass(frozen=True, slots=True)
class LandmarkedFaces:
    """Grey face images of one size with a teacher's 68 points.

    Attributes
    ----------
    grey : (n, side, side) uint8.
    landmark_xy_px : (n, 68, 2) in pixels of the image; NaN where the teacher saw no face.
    attempt : (n,) 0 where the teacher found the face at the first try; higher is less exact.
    """

    grey: UInt8[np.ndarray, "n side side"]
    landmark_xy_px: Float32[np.ndarray, "n 68 2"]
    attempt: Int8[np.ndarray, " n"]

    def where(self, chosen: np.ndarray) -> LandmarkedFaces:
        """Return the chosen rows (a mask or indices)."""
        return LandmarkedFaces(self.grey[chosen], self.landmark_xy_px[chosen], self.attempt[chosen])


@dataclass(frozen=True, slots=True)
class LabelledFaces:
    """FER-2013 faces with their labels.

    Attributes
    ----------
    label : (n,) the original ones, 0..6 in FER-2013 order.
    votes : (n, 8) FER+ votes for the seven and for contempt; all 0 where FER+ has none.
    """

    faces: LandmarkedFaces
    label: Int64[np.ndarray, " n"]
    votes: Float32[np.ndarray, "n 8"]

    def where(self, chosen: np.ndarray) -> LabelledFaces:
        """Return the chosen rows (a mask or indices)."""
        return LabelledFaces(self.faces.where(chosen), self.label[chosen], self.votes[chosen])


def load_fer2013(data: Path, split: str) -> LabelledFaces:
    """Read FER-2013 ``train`` or ``valid`` with the teacher's points.

    Parameters
    ----------
    data : the folder that holds ``fer2013/``.
    split : "train" (Training) or "valid" (PublicTest).
    """
    table = pq.read_table(data / f"fer2013/{split}.parquet", columns=["png", "label", *VOTES])
    with np.load(data / f"fer2013/landmarks68_{split}.npz", allow_pickle=False) as teacher:
        faces = LandmarkedFaces(
            grey=decode_grey(table["png"].to_pylist()),
            landmark_xy_px=teacher["points_xy_px"],
            attempt=teacher["attempt"],
        )
    votes = np.stack([table[name].to_numpy() for name in VOTES], axis=1)
    return LabelledFaces(
        faces=faces,
        label=table["label"].to_numpy().astype(np.int64),
        votes=votes.astype(np.float32),
    )


def load_lfw68(data: Path, split: str) -> LandmarkedFaces:
    """Read the ``train`` or ``valid`` identities of ``faces_lfw68.parquet``."""
    table = pq.read_table(
        data / "faces_lfw68.parquet",
        columns=["jpeg_128", "points_xy_px"],
        filters=[("split", "=", split)],
    )
    points = np.stack(table["points_xy_px"].to_numpy(zero_copy_only=False))
    grey = decode_grey(table["jpeg_128"].to_pylist())
    return LandmarkedFaces(
        grey=grey,
        landmark_xy_px=points.reshape(-1, 68, 2).astype(np.float32),
        attempt=np.zeros(len(grey), dtype=np.int8),
    )
