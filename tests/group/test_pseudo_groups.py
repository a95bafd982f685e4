from __future__ import annotations

import numpy as np
import pytest

from groupaffect.group.pseudo_groups import _deal, compare_with_pseudo_groups
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
