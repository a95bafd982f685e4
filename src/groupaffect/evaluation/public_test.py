"""FER-2013's PublicTest as the package reads it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from jaxtyping import Bool, Int, UInt8
from PIL import Image

from groupaffect.evaluation.fer2013 import OTHER_VOTE_COLUMNS, VOTE_COLUMNS, known_rows
from groupaffect.settings import Settings
from groupaffect.stills import StillFace, find_still_face
from groupaffect.types import EMOTIONS

LEAST_VOTES = 2  # of ten, for the emotion that most raters saw


@dataclass(frozen=True, slots=True)
class PublicTest:
    """Labelled stills.

    Attributes
    ----------
    faces : as ``stills.find_still_face`` gives them.
    label : (n,) the original ones. clear_label : (n,) what most FER+ raters saw, where one of
        the seven emotions alone has most of the votes, two or more; -1 elsewhere.
    known : (n,) whether Training holds the very same picture.
    """

    faces: list[StillFace | None]
    label: Int[np.ndarray, " n"]
    clear_label: Int[np.ndarray, " n"]
    known: Bool[np.ndarray, " n"]


def read_public_test(data: Path, *, settings: Settings) -> PublicTest:
    """Read PublicTest and find its faces.

    Parameters
    ----------
    data : the folder that holds ``fer2013/``.
    """
    table = pq.read_table(data / "fer2013/valid.parquet")
    training = pq.read_table(data / "fer2013/train.parquet", columns=["png"])
    grey = _grey(table)
    votes = np.stack([table[name].to_numpy() for name in (*VOTE_COLUMNS, *OTHER_VOTE_COLUMNS)], 1)
    return PublicTest(
        faces=[
            find_still_face(Image.fromarray(still).convert("RGB"), settings=settings.faces)
            for still in grey
        ],
        label=table["label"].to_numpy().astype(np.int64),
        clear_label=clear_labels(votes.astype(np.int64)),
        known=known_rows(grey, _grey(training)),
    )


def clear_labels(votes: Int[np.ndarray, "n m"]) -> Int[np.ndarray, " n"]:
    """Return the emotion that alone has most votes, at least two; -1 where there is none.

    Parameters
    ----------
    votes : (n, m) for the seven emotions and, after them, for whatever else raters could say.

    Examples
    --------
    >>> clear_labels(np.array([[0, 0, 0, 6, 0, 0, 4, 0], [5, 5, 0, 0, 0, 0, 0, 0]]))
    array([ 3, -1])
    """
    most = votes.max(axis=1)
    alone = (votes == most[:, None]).sum(axis=1) == 1
    winner = votes.argmax(axis=1)
    clear = alone & (most >= LEAST_VOTES) & (winner < len(EMOTIONS))
    return np.where(clear, winner, -1)


def _grey(table: pa.Table) -> UInt8[np.ndarray, "n 48 48"]:
    stills = (Image.open(io.BytesIO(encoded)) for encoded in table["png"].to_pylist())
    return np.stack([np.asarray(still.convert("L")) for still in stills])
