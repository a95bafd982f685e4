from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon

from groupaffect.group.pseudo_groups import (
    _deal,
    compare_alikeness_with_pseudo_groups,
    compare_with_pseudo_groups,
)
from groupaffect.settings import GroupSettings
from reference.slow_group_kinds import slow_synchrony

SETTINGS = GroupSettings(n_lags=99)


def test_everybody_plays_once_in_each_deal() -> None:
    deals = _deal(6, 4, n_deals=200)
    assert (np.sort(deals, axis=1) == np.arange(6)[:, None]).all()
    assert len(np.unique(deals, axis=0)) == 200


def test_effect_is_the_mean_synchrony_of_the_sessions(rng: np.random.Generator) -> None:
    sessions = [rng.poisson(1.0, (320 + 10 * k, 3)).astype(float) for k in range(5)]
    found = compare_with_pseudo_groups(sessions, settings=SETTINGS)
    cut = [counts[:320] for counts in sessions]
    wanted = np.mean([slow_synchrony(counts, i) for counts in cut for i in range(3)])
    assert found.effect == pytest.approx(wanted)
    assert found.n_windows == 32


def test_what_all_sessions_have_in_common_is_no_synchrony(rng: np.random.Generator) -> None:
    # everybody grows tired alike: S is high, and as high among people who never met
    rate = np.linspace(4.0, 0.5, 400)[:, None]
    sessions = [rng.poisson(rate, (400, 3)).astype(float) for _ in range(8)]
    found = compare_with_pseudo_groups(sessions, settings=SETTINGS)
    assert found.effect > 0.3
    assert found.p > 0.05


def test_false_positives_of_pseudo_groups_are_calibrated(rng: np.random.Generator) -> None:
    hits = []
    for _ in range(400):
        sessions = [rng.poisson(1.0, (300, 2)).astype(float) for _ in range(5)]
        hits.append(compare_with_pseudo_groups(sessions, settings=SETTINGS).p <= 0.05)
    assert 0.025 <= np.mean(hits) <= 0.08  # .05 within 2.3 standard errors


@pytest.mark.parametrize("n_sessions", [0, 1, 2])
def test_few_sessions_are_not_tested(n_sessions: int) -> None:
    found = compare_with_pseudo_groups([np.ones((400, 3))] * n_sessions, settings=SETTINGS)
    assert found.why_not
    assert np.isnan(found.p)


def make_alike(
    rng: np.random.Generator, *, n_sessions: int, n_members: int, shared: float
) -> list[np.ndarray]:
    """Return sessions of people who show the same in a share of the seconds."""
    sessions = []
    for _ in range(n_sessions):
        own, common = rng.integers(7, size=(60, n_members)), rng.integers(7, size=(60, 1))
        sessions.append(np.eye(7)[np.where(rng.random((60, 1)) < shared, common, own)])
    return sessions


def test_alikeness_is_one_less_the_mean_divergence_of_pairs(rng: np.random.Generator) -> None:
    sessions = [rng.dirichlet(np.ones(7), (40 + k, 3)) for k in range(4)]
    found = compare_alikeness_with_pseudo_groups(sessions, settings=SETTINGS)
    divergence = [
        jensenshannon(seconds[t, i], seconds[t, j], base=2) ** 2
        for seconds in sessions
        for t in range(40)
        for i, j in ((0, 1), (0, 2), (1, 2))
    ]
    assert found.effect == pytest.approx(1 - np.mean(divergence), abs=1e-5)


def test_those_who_met_are_more_alike_than_strangers(rng: np.random.Generator) -> None:
    together = make_alike(rng, n_sessions=6, n_members=3, shared=0.3)
    found = compare_alikeness_with_pseudo_groups(together, settings=SETTINGS)
    assert found.p == pytest.approx(0.01)
    assert found.low > 0.1


def test_false_positives_of_alikeness_are_calibrated(rng: np.random.Generator) -> None:
    made = [make_alike(rng, n_sessions=4, n_members=2, shared=0.0) for _ in range(200)]
    p = [compare_alikeness_with_pseudo_groups(one, settings=SETTINGS).p for one in made]
    assert 0.01 <= np.mean(np.array(p) <= 0.05) <= 0.09  # .05 within 2.6 standard errors


def test_alikeness_of_few_sessions_is_not_tested() -> None:
    found = compare_alikeness_with_pseudo_groups([np.ones((90, 3, 7)) / 7] * 2, settings=SETTINGS)
    assert found.why_not
