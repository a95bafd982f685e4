"""Read FER-2013's PublicTest as studies of known truth use it: faces whose label somebody saw.

Without pictures that training holds too, without those that hold no face or lack votes by FER+,
and without those whose label none of the ten raters saw: what nobody sees is an error of the
label, not a subtle expression.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from jaxtyping import Bool, Int, UInt8

from groupaffect.evaluation.fer2013 import (
    VOTE_COLUMNS,
    decode_grey,
    known_rows,
    picture_digests,
)

NO_FACE_VOTES = 5  # of ten: at least half of the raters saw no face


@dataclass(frozen=True, slots=True)
class VotedFaces:
    """Pictures of n faces with what raters saw in them.

    Attributes
    ----------
    grey : (n, side, side). label : (n,) places in ``EMOTIONS``.
    votes : (n,) of ten raters for the label.
    """

    grey: UInt8[np.ndarray, "n side side"]
    label: Int[np.ndarray, " n"]
    votes: Int[np.ndarray, " n"]

    @property
    def reporting(self) -> Bool[np.ndarray, " n"]:
        """Which are of the half to report on; by the others things may be chosen."""
        return half_of(self.grey)


def read_voted_faces(data: Path) -> VotedFaces:
    """Return the faces.

    Parameters
    ----------
    data : the folder that holds ``fer2013/``.
    """
    table = pq.read_table(data / "fer2013/valid.parquet")
    grey = decode_grey(table["png"].to_pylist())
    training = pq.read_table(data / "fer2013/train.parquet", columns=["png"])
    known = known_rows(grey, decode_grey(training["png"].to_pylist()))
    label = table["label"].to_numpy().astype(np.int64)
    votes = np.stack([table[name].to_numpy() for name in VOTE_COLUMNS], axis=1)
    for_label = votes[np.arange(len(label)), label].astype(np.int64)
    is_face = table["v_NF"].to_numpy() < NO_FACE_VOTES
    chosen = ~known & is_face & (for_label > 0)
    return VotedFaces(grey[chosen], label[chosen], for_label[chosen])


def half_of(grey: UInt8[np.ndarray, "n side side"]) -> Bool[np.ndarray, " n"]:
    """Return which pictures are of the reporting half: those whose hash is odd.

    Examples
    --------
    >>> half_of(np.zeros((2, 1, 1), np.uint8)).tolist()
    [False, False]
    """
    return np.array([digest[0] % 2 == 1 for digest in picture_digests(grey)], dtype=bool)
