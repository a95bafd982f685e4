from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from groupaffect.group.polarisation import polarisation, polarisation_chance
from reference.random_expressions import random_members


def slow_polarisation(members: np.ndarray) -> float:
    """Return 1 - within / total of the best two camps, from every subset."""
    total = ((members - members.mean(axis=0)) ** 2).sum()
    within = []
    for size in range(1, len(members)):
        for camp in combinations(range(len(members)), size):
            other = [k for k in range(len(members)) if k not in camp]
            within.append(
                sum(
                    ((g - g.mean(axis=0)) ** 2).sum() for g in (members[list(camp)], members[other])
                )
            )
    return float(1 - min(within) / total)


@pytest.mark.parametrize("n_members", [4, 5, 7])
def test_polarisation_equals_slow_twin(rng: np.random.Generator, n_members: int) -> None:
    probability = random_members(rng, n_seconds=25, n_members=n_members)
    share = polarisation(probability)
    for value, rows in zip(share, probability, strict=True):
        seen = rows[~np.isnan(rows[:, 0])]
        if len(seen) < 4:
            assert np.isnan(value)
        else:
            assert value == pytest.approx(slow_polarisation(seen), abs=1e-12)
    assert np.isfinite(share).sum() > 5


def test_two_true_camps_outrank_four_different() -> None:
    camps, different = np.eye(7)[[3, 3, 4, 4]], np.eye(7)[[0, 1, 2, 3]]
    share = polarisation(np.stack([camps, different]))
    np.testing.assert_allclose(share, [1.0, 1 / 3])


@pytest.mark.parametrize(
    ("n_members", "reason"),
    [(0, "none"), (3, "too few"), (13, "too many to try every split")],
)
def test_polarisation_is_missing_where_it_cannot_be_told(
    rng: np.random.Generator, n_members: int, reason: str
) -> None:
    probability = rng.dirichlet(np.ones(7), (2, n_members))
    assert np.isnan(polarisation(probability)).all(), reason
    assert np.isnan(polarisation_chance(13))


def test_members_exactly_alike_have_no_camps() -> None:
    assert np.isnan(polarisation(np.full((1, 4, 7), 1 / 7))).all()


def test_member_and_emotion_order_are_of_no_account(rng: np.random.Generator) -> None:
    probability = random_members(rng, n_seconds=40, n_members=5)
    permuted = probability[:, [4, 2, 0, 3, 1]][..., [3, 6, 0, 5, 1, 2, 4]]
    np.testing.assert_allclose(polarisation(permuted), polarisation(probability), atol=1e-12)


@pytest.mark.parametrize(("n_members", "wanted"), [(3, 0.72), (4, 0.60), (6, 0.45), (8, 0.39)])
def test_chance_is_as_in_the_methods(n_members: int, wanted: float) -> None:
    assert polarisation_chance(n_members) == pytest.approx(wanted, abs=0.02)


def test_chance_is_the_same_in_every_run() -> None:
    fresh = polarisation_chance.__wrapped__
    assert fresh(4, n_draws=200) == fresh(4, n_draws=200)
    assert fresh(4, n_draws=200) != fresh(4, n_draws=200, seed=1)
