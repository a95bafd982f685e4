from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from evaluation.benchmark.made_pools import made_pools
from groupaffect.evaluation.benchmark.degradations import DEGRADATIONS
from groupaffect.evaluation.benchmark.pools import (
    VARIANTS,
    load_pools,
    pools_card,
    save_pools,
)
from groupaffect.evaluation.voted_faces import half_of
from groupaffect.inference import network_hashes
from groupaffect.settings import Settings


def picture(rng: np.random.Generator) -> Image.Image:
    return Image.fromarray(rng.integers(0, 256, (48, 48), dtype=np.uint8)).convert("RGB")


def test_shipped_pools_agree_with_their_card() -> None:
    card = pools_card()
    for half in ("choosing", "reporting"):
        pools = load_pools(half)
        assert len(pools) == sum(card["faces"][half]["all"].values())
        assert (pools.votes >= 1).all()
        total = np.exp(pools.log_probability).sum(axis=3)
        np.testing.assert_allclose(total, 1.0, atol=5e-3)  # half precision


def test_shipped_pools_were_read_by_the_shipped_networks() -> None:
    assert pools_card()["networks"] == network_hashes(Settings().networks), "make pools"


def test_shipped_pools_hold_no_pictures_and_are_small() -> None:
    source = files("groupaffect").joinpath("evaluation", "benchmark", "data", "pools.npz")
    assert len(source.read_bytes()) < 1_000_000
    with source.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        assert set(arrays) == {"log_probability", "quality", "label", "votes", "reporting"}


def test_saved_pools_come_back(tmp_path: Path, rng: np.random.Generator) -> None:
    pools = made_pools(rng)
    save_pools(pools, np.arange(len(pools)) % 2 == 0, tmp_path)
    with np.load(tmp_path / "pools.npz", allow_pickle=False) as arrays:
        np.testing.assert_allclose(arrays["log_probability"], pools.log_probability, rtol=1e-3)
        np.testing.assert_array_equal(arrays["label"], pools.label)


@pytest.mark.parametrize("name", list(DEGRADATIONS))
def test_degradations_spoil_a_picture_the_same_way_every_time(
    name: str, rng: np.random.Generator
) -> None:
    still = picture(rng)
    first, second = (np.asarray(DEGRADATIONS[name](still)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    same = first.shape == (48, 48, 3) and (first == np.asarray(still)).all()
    assert same == (name == "clean")


def test_covered_picture_loses_one_half(rng: np.random.Generator) -> None:
    still = picture(rng)
    changed = (np.asarray(DEGRADATIONS["covered"](still)) != np.asarray(still)).any(axis=2)
    halves = [changed[24:], changed[:, :24], changed[:, 24:]]
    assert max(half.mean() for half in halves) > 0.95
    assert changed.mean() < 0.51


def test_halves_are_split_by_the_picture_alone(rng: np.random.Generator) -> None:
    grey = rng.integers(0, 256, (40, 4, 4), dtype=np.uint8)
    order = rng.permutation(40)
    np.testing.assert_array_equal(half_of(grey)[order], half_of(grey[order]))
    assert 5 < half_of(grey).sum() < 35


def test_variants_are_the_degradations_in_order() -> None:
    assert tuple(DEGRADATIONS) == VARIANTS
