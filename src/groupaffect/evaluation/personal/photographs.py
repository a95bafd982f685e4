"""Real people with many photographs: what is read of them, by person and label.

Pictures are read anew at each run; nothing of them is kept, and people are numbers. Labels are
one student rater's.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow.parquet as pq
from jaxtyping import Bool, Float, Int
from PIL import Image
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from groupaffect.evaluation.personal.embedded_faces import EmbeddedFaces, embed_faces
from groupaffect.evaluation.truth import emotion_index
from groupaffect.reference_shape import IMAGE_FRAME
from groupaffect.settings import preset
from groupaffect.stills import StillFace, find_still_face
from groupaffect.types import EMOTIONS
from groupaffect.value_checks import check_shapes

LEAST = 20  # photographs of somebody (ours)
MOST = 80  # photographs of somebody, drawn by chance: one has 518 (ours)
MOST_OF_OTHERS = 250  # photographs of a label, of people with fewer than ``LEAST`` (ours)
TWINS = 0.9  # correlation of aligned faces from which two photographs are of one moment (ours)
LFW_FILE = "faces_lfw68.parquet"

Column = Literal["identity", "split", "emotion", "jpeg_128"]


@dataclass(frozen=True, slots=True)
class Photographs:
    """What is read in n photographs.

    Attributes
    ----------
    faces : with the rater's labels; votes are 0, as nobody else was asked.
    person : (n,) number. scene : (n,) number of what may be one moment; no two people share one.
    trained_points : (n,) whether the landmark network learned points on this photograph.
    """

    faces: EmbeddedFaces
    person: Int[np.ndarray, " n"]
    scene: Int[np.ndarray, " n"]
    trained_points: Bool[np.ndarray, " n"]

    def __post_init__(self) -> None:
        """Check shapes."""
        n = len(self.faces)
        check_shapes(self, person=(n,), scene=(n,), trained_points=(n,))

    def where(self, chosen: Bool[np.ndarray, " n"]) -> Photographs:
        """Return the chosen photographs."""
        return Photographs(
            self.faces.where(chosen),
            self.person[chosen],
            self.scene[chosen],
            self.trained_points[chosen],
        )


def read_photographs(
    data: Path, *, most: int = MOST, n_people: int | None = None
) -> tuple[Photographs, Photographs]:
    """Return people with many photographs, and photographs of all others.

    A photograph in which no face is found is left out.

    Parameters
    ----------
    data : the folder that holds ``faces_lfw68.parquet``.
    most : of each person. n_people : fewer people, and others, for trying out.
    """
    columns: list[Column] = ["identity", "split", "emotion", "jpeg_128"]
    table = pq.read_table(data / LFW_FILE, columns=columns)
    label = np.array([emotion_index(word) for word in table["emotion"].to_pylist()])
    split = np.array(table["split"].to_pylist())
    identity = np.array(table["identity"].to_pylist())
    rng = np.random.default_rng(0)
    others_most = MOST_OF_OTHERS if n_people is None else 3 * n_people
    rows, others = choose_rows(identity, label, most=most, others_most=others_most, rng=rng)
    if n_people is not None:
        names = sorted(set(identity[rows]))[:n_people]
        rows = rows[np.isin(identity[rows], names)]
    jpeg = table["jpeg_128"]
    return tuple(  # type: ignore[return-value]
        _read([jpeg[int(row)].as_py() for row in part], label[part], identity[part], split[part])
        for part in (rows, others)
    )


def choose_rows(
    identity: np.ndarray,
    label: Int[np.ndarray, " n"],
    *,
    most: int,
    others_most: int = MOST_OF_OTHERS,
    rng: np.random.Generator,
) -> tuple[Int[np.ndarray, " a"], Int[np.ndarray, " b"]]:
    """Return rows of people with ``LEAST`` photographs or more, and of others by label.

    Parameters
    ----------
    most : rows of each person. others_most : rows of each label of all others.

    Examples
    --------
    >>> names, label = np.array(["a"] * 30 + ["b", "c"]), np.full(32, 3)
    >>> many, few = choose_rows(names, label, most=25, rng=np.random.default_rng(0))
    >>> len(many), few.tolist()
    (25, [30, 31])
    """
    known = label >= 0
    count = Counter(identity[known].tolist())
    often = np.array([count[name] >= LEAST for name in identity.tolist()]) & known
    parts = [
        rng.permutation(np.flatnonzero(often & (identity == name)))[:most]
        for name in sorted(set(identity[often].tolist()))
    ]
    rest = [
        rng.permutation(np.flatnonzero(known & ~often & (label == k)))[:others_most]
        for k in range(len(EMOTIONS))
    ]
    nothing = np.zeros(0, dtype=np.int64)
    return np.sort(np.concatenate([nothing, *parts])), np.sort(np.concatenate([nothing, *rest]))


def _read(
    jpeg: Sequence[bytes], label: Int[np.ndarray, " n"], identity: np.ndarray, split: np.ndarray
) -> Photographs:
    settings = preset("default")
    pictures = (Image.open(io.BytesIO(one)).convert("RGB") for one in jpeg)
    found = [find_still_face(picture, settings=settings.faces) for picture in pictures]
    _, person = np.unique(identity, return_inverse=True)
    faces = embed_faces(found, label, np.zeros(len(label), dtype=np.int64))
    whole = Photographs(faces, person, find_scenes(found, person), split == "train")
    read = ~np.isnan(faces.features).any(axis=1)
    return whole.where(read)


def find_scenes(
    found: Sequence[StillFace | None], person: Int[np.ndarray, " n"]
) -> Int[np.ndarray, " n"]:
    """Return the same number for photographs of one person whose aligned faces are near twins.

    Chains of twins are one scene.
    """
    scene, n_scenes = np.zeros(len(person), dtype=np.int64), 0
    for who in np.unique(person):
        rows = np.flatnonzero(person == who)
        flat = [_flat(found[row]) for row in rows.tolist()]
        alike = np.stack(flat) @ np.stack(flat).T >= TWINS
        n, number = connected_components(csr_matrix(alike), directed=False)
        scene[rows] = number + n_scenes
        n_scenes += n
    return scene


def _flat(face: StillFace | None) -> Float[np.ndarray, " m"]:
    """Return the aligned face as a vector of mean 0 and length 1; zeros without a face."""
    if face is None:
        return np.zeros(IMAGE_FRAME.size_px**2)
    grey = face.aligned_grey.astype(np.float64).ravel()
    centred = grey - grey.mean()
    return np.asarray(centred / max(float(np.linalg.norm(centred)), 1e-9))


def split_scenes(
    label: Int[np.ndarray, " n"], scene: Int[np.ndarray, " n"], *, rng: np.random.Generator
) -> Bool[np.ndarray, " n"]:
    """Return which of one person's photographs are for learning: half of each label, whole scenes.

    Examples
    --------
    >>> label, scene = np.array([3, 3, 3, 3, 6, 6]), np.array([0, 0, 1, 2, 3, 4])
    >>> learn = split_scenes(label, scene, rng=np.random.default_rng(0))
    >>> bool(learn[0] == learn[1]), int(learn[label == 6].sum())
    (True, 1)
    """
    learn = np.zeros(len(label), dtype=bool)
    n = np.zeros((2, len(EMOTIONS)))
    for number in rng.permutation(np.unique(scene)):
        rows = scene == number
        here = np.bincount(label[rows], minlength=len(EMOTIONS))
        main = int(here.argmax())
        side = int(n[0, main] <= n[1, main]) if n[0, main] != n[1, main] else int(rng.integers(2))
        learn[rows] = side == 1
        n[1 - side] += here
    return learn
