from __future__ import annotations

import numpy as np
import pytest
from scipy.cluster.vq import kmeans2

from groupaffect.group.camps import NO_CAMP, cluster, find_camps, silhouette
from groupaffect.group.polarisation import two_camps
from reference.slow_group_kinds import adjusted_rand, slow_silhouette, within_squares


def made_camps(
    rng: np.random.Generator, camps: list[int], *, n_seconds: int = 40, noise: float = 0.3
) -> np.ndarray:
    own = rng.dirichlet(np.ones(7), size=(n_seconds, len(camps)))
    return (1 - noise) * np.eye(7)[camps] + noise * own


@pytest.mark.parametrize(
    "camps",
    [[3, 3, 4, 4], [3, 4, 4, 4, 3], [3] * 5 + [4] * 3, [3, 4, 5] * 3, [0, 1, 2, 3] * 3],
    ids=["2-2", "2-3", "5-3", "3x3", "4x3"],
)
def test_camps_are_found_again(rng: np.random.Generator, camps: list[int]) -> None:
    found = find_camps(made_camps(rng, camps))
    assert np.mean([adjusted_rand(row, np.array(camps)) for row in found]) > 0.95


def test_camps_of_independent_members_agree_with_any_truth_by_chance_only(
    rng: np.random.Generator,
) -> None:
    found = find_camps(rng.dirichlet(np.ones(7), size=(400, 8)))
    truth = np.array([0, 1] * 4)
    assert abs(np.mean([adjusted_rand(row, truth) for row in found])) < 0.05


@pytest.mark.parametrize("n_members", [4, 7])
def test_small_groups_take_the_best_of_all_splits(rng: np.random.Generator, n_members: int) -> None:
    values = rng.dirichlet(np.ones(7), size=(20, n_members))
    for second, label in zip(values, find_camps(values), strict=True):
        best = min(within_squares(second, split.astype(int)) for split in two_camps(n_members))
        assert within_squares(second, label) == pytest.approx(best)


@pytest.mark.parametrize("n_camps", [2, 3, 4])
def test_clusters_are_as_tight_as_scipys_best(rng: np.random.Generator, n_camps: int) -> None:
    values = rng.dirichlet(np.full(7, 0.5), size=(30, 9))
    ours, theirs = [], []
    for second, label in zip(values, cluster(values, n_camps=n_camps), strict=True):
        tries = [
            kmeans2(second, n_camps, minit="++", missing="raise", rng=rng)[1] for _ in range(8)
        ]
        ours.append(within_squares(second, label))
        theirs.append(min(within_squares(second, one) for one in tries))
    assert np.mean(ours) <= 1.02 * np.mean(theirs)


@pytest.mark.parametrize("n_camps", [2, 3])
def test_silhouette_equals_its_definition(rng: np.random.Generator, n_camps: int) -> None:
    values = rng.random((25, 8, 7))
    label = rng.integers(n_camps, size=(25, 8))
    label[:, :n_camps] = np.arange(n_camps)
    distance = np.linalg.norm(values[:, :, None] - values[:, None], axis=3)
    found = silhouette(distance, label, n_camps=n_camps)
    wanted = [slow_silhouette(v, one) for v, one in zip(values, label, strict=True)]
    np.testing.assert_allclose(found, wanted)


def test_silhouette_of_an_empty_camp_is_lowest() -> None:
    assert silhouette(np.ones((1, 3, 3)), np.array([[0, 0, 2]]), n_camps=3).tolist() == [-1.0]


@pytest.mark.parametrize("n_members", [4, 8])
def test_a_second_does_not_depend_on_its_neighbours(
    rng: np.random.Generator, n_members: int
) -> None:
    values = rng.dirichlet(np.ones(7), size=(50, n_members))
    assert (find_camps(values)[17] == find_camps(values[17:18])[0]).all()


def test_unseen_members_are_in_no_camp(rng: np.random.Generator) -> None:
    values = made_camps(rng, [3, 3, 4, 4, 4], n_seconds=3)
    values[1, 0], values[2, :2] = np.nan, np.nan
    found = find_camps(values)
    assert found[0].tolist() == [0, 0, 1, 1, 1]
    assert found[1].tolist() == [NO_CAMP, 0, 1, 1, 1]
    assert found[2].tolist() == [NO_CAMP] * 5  # three visible, of four needed


@pytest.mark.parametrize("n_members", [0, 1, 3, 4, 8])
def test_members_who_are_all_alike_or_few_have_no_camp(n_members: int) -> None:
    values = np.full((5, n_members, 7), 1 / 7)
    assert (find_camps(values) == NO_CAMP).all()
    assert find_camps(values[:0]).shape == (0, n_members)
