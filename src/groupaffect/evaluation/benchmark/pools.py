"""What both models read in labelled faces: the only thing of real people in the benchmark.

Every face was read as it is and spoilt in four ways (``degradations``) by the run-time code.
Only readings are kept: no picture and nothing that could be turned back into one. Faces are
split in two by the hash of their picture: one half to choose by, the other to report on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import numpy as np
from jaxtyping import Bool, Float, Int

from groupaffect.value_checks import check_shapes

Half = Literal["choosing", "reporting"]

VARIANTS = ("clean", "small", "coarse", "dark", "covered")
CLEAR_VOTES = 8  # of ten for the label: hard to overlook (ours)
SUBTLE_VOTES = 5  # of ten for the label, at most: seen by no clear majority (ours)


@dataclass(frozen=True, slots=True)
class Pools:
    """Readings of n labelled faces.

    Attributes
    ----------
    log_probability : (n, 5, 2, 7) by face, variant (``VARIANTS``), model (``MODELS``), emotion.
    quality : (n, 5) 0..1 of the face, by variant.
    label : (n,) places in ``EMOTIONS``. votes : (n,) of ten FER+ raters for the label, 1 to 10.
    """

    log_probability: Float[np.ndarray, "n v 2 7"]
    quality: Float[np.ndarray, "n v"]
    label: Int[np.ndarray, " n"]
    votes: Int[np.ndarray, " n"]

    def __post_init__(self) -> None:
        """Check shapes."""
        check_shapes(
            self,
            log_probability=("n", len(VARIANTS), 2, 7),
            quality=("n", len(VARIANTS)),
            label=("n",),
            votes=("n",),
        )

    def __len__(self) -> int:
        return len(self.label)

    def where(self, chosen: Bool[np.ndarray, " n"]) -> Pools:
        """Return the chosen faces."""
        return Pools(
            self.log_probability[chosen],
            self.quality[chosen],
            self.label[chosen],
            self.votes[chosen],
        )


def load_pools(half: Half) -> Pools:
    """Return the package's own readings of one half of the faces.

    Examples
    --------
    >>> len(load_pools("choosing")) > 1000
    True
    """
    source = files("groupaffect").joinpath("evaluation", "benchmark", "data", "pools.npz")
    with source.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        chosen = arrays["reporting"] == (half == "reporting")
        return Pools(
            log_probability=arrays["log_probability"].astype(np.float64),
            quality=arrays["quality"].astype(np.float64),
            label=arrays["label"].astype(np.int64),
            votes=arrays["votes"].astype(np.int64),
        ).where(chosen)


def pools_card() -> dict[str, Any]:
    """Return how the readings were made: networks, numbers of faces, command.

    Examples
    --------
    >>> sorted(pools_card()["networks"])[0]
    'expression/image_model'
    """
    source = files("groupaffect").joinpath("evaluation", "benchmark", "data", "pools.json")
    card: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    return card


def save_pools(pools: Pools, reporting: Bool[np.ndarray, " n"], folder: Path) -> None:
    """Write readings as arrays of half precision: a log probability keeps three digits."""
    np.savez_compressed(
        folder / "pools.npz",
        log_probability=pools.log_probability.astype(np.float16),
        quality=pools.quality.astype(np.float16),
        label=pools.label.astype(np.uint8),
        votes=pools.votes.astype(np.uint8),
        reporting=reporting,
    )
