from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from groupaffect.errors import UsageError
from groupaffect.fusion.paper_rule import step_paper_rule
from groupaffect.fusion.weights import Weights, start_weights
from groupaffect.settings import FusionSettings

SETTINGS = FusionSettings(rule="paper")


def fold(
    windows: Sequence[Sequence[int]],
    *,
    visible: Sequence[Sequence[bool]] | None = None,
    settings: FusionSettings = SETTINGS,
) -> Weights:
    weights = start_weights(len(windows[0]))
    for place, counts in enumerate(windows):
        seen = visible[place] if visible else [True] * len(counts)
        weights = step_paper_rule(weights, np.array(counts), np.array(seen), settings=settings)
    return weights


def slow_step(image: list[float], counts: list[int], seen: list[bool]) -> list[float]:
    among = [c for c, s in zip(counts, seen, strict=True) if s]
    if not among:
        return image
    mean = sum(among) / len(among)
    sd = math.sqrt(sum((c - mean) ** 2 for c in among) / len(among))
    new = []
    for weight, count, is_seen in zip(image, counts, seen, strict=True):
        if not is_seen or sd == 0:
            new.append(weight)
            continue
        step = 0.05 * min(abs(count - mean) / sd, 2.0)
        moved = weight - step if count >= mean else weight + step
        new.append(min(max(moved, 0.1), 0.9))
    return new


def test_fold_equals_slow_twin(rng: np.random.Generator) -> None:
    windows = rng.poisson(4, (200, 5)).tolist()
    visible = (rng.random((200, 5)) < 0.8).tolist()
    image = [0.5] * 5
    for counts, seen in zip(windows, visible, strict=True):
        image = slow_step(image, counts, seen)
    np.testing.assert_allclose(fold(windows, visible=visible).image, image, atol=1e-12)


def test_silent_group_stays_at_half() -> None:
    weights = fold([[0, 0, 0, 0]] * 60)
    np.testing.assert_array_equal(weights.image, 0.5)
    assert weights.reason[0] == "all changed alike (0)"


def test_members_alike_take_no_step_however_much_they_change() -> None:
    np.testing.assert_array_equal(fold([[7, 7, 7]] * 9).image, 0.5)


def test_more_changes_than_the_group_trust_landmarks() -> None:
    weights = fold([[6, 2, 2, 2]])
    assert weights.both[0, 1] > 0.5 > weights.both[1, 1]
    assert weights.reason[0] == "more changes than the group (6, mean 3.0)"


def test_member_at_the_mean_stays() -> None:
    weights = fold([[1, 2, 3]])
    assert weights.image[1] == 0.5
    assert weights.reason[1] == "as many changes as the group (2, mean 2.0)"


def test_dyad_splits_and_reaches_the_limit_after_eight_windows() -> None:
    # each is one standard deviation from the mean, so every step is eta = .05
    windows = [[3, 2]] * 8
    np.testing.assert_allclose(fold(windows[:7]).image, [0.15, 0.85])
    np.testing.assert_allclose(fold(windows).image, [0.1, 0.9])
    np.testing.assert_allclose(fold(windows * 3).image, [0.1, 0.9])
    assert fold(windows * 3).reason[0].endswith(", at the limit")


def test_step_is_capped_at_two_deviations() -> None:
    # 1 of 10 differs: (10 - 1) / sd = 3 deviations
    weights = fold([[10] + [0] * 9])
    assert weights.image[0] == pytest.approx(0.5 - 0.05 * 2.0)


def test_unseen_member_keeps_the_weight_and_counts_for_nobody() -> None:
    three = fold([[5, 1, 0]])
    with_unseen = fold([[5, 1, 0, 99]], visible=[[True, True, True, False]])
    np.testing.assert_allclose(with_unseen.image, [*three.image, 0.5])
    assert with_unseen.reason[3] == "not seen"


@pytest.mark.parametrize("seen", [[False, False], [True, False]])
def test_less_than_two_visible_members_take_no_step(seen: list[bool]) -> None:
    np.testing.assert_array_equal(fold([[5, 1]], visible=[seen]).image, 0.5)


def test_clamp_holds_for_both_models() -> None:
    settings = FusionSettings(clamp=(0.3, 0.9))
    np.testing.assert_allclose(fold([[3, 2]] * 20, settings=settings).image, [0.3, 0.7])


def test_member_order_permutes_weights_only(rng: np.random.Generator) -> None:
    windows, order = rng.poisson(4, (30, 4)), [2, 0, 3, 1]
    here = fold(windows.tolist())
    there = fold(windows[:, order].tolist())
    np.testing.assert_allclose(there.image, here.image[order], atol=1e-12)
    assert there.reason == tuple(here.reason[k] for k in order)


def test_same_cadence_faster_gives_the_same_weights(rng: np.random.Generator) -> None:
    windows = rng.poisson(4, (30, 4))
    np.testing.assert_allclose(
        fold((3 * windows).tolist()).image, fold(windows.tolist()).image, atol=1e-12
    )


def test_four_equal_people_spend_about_a_quarter_at_the_clamp(rng: np.random.Generator) -> None:
    # METHODS 6: the rule is an integrator, 25 % even where nothing tells the members apart
    at_limit = []
    for _ in range(4):
        weights = start_weights(4)
        per_window = rng.poisson(1.0, (365, 4))
        for window in range(5, 365):
            counts = per_window[window - 5 : window + 1].sum(axis=0)
            weights = step_paper_rule(weights, counts, np.ones(4, dtype=bool), settings=SETTINGS)
            at_limit.append([reason.endswith("limit") for reason in weights.reason])
    assert 0.15 < np.mean(at_limit) < 0.4


def test_wrong_number_of_members_names_the_numbers() -> None:
    with pytest.raises(UsageError, match="of 2 members, but got 3 and 3"):
        step_paper_rule(
            start_weights(2), np.zeros(3, dtype=int), np.ones(3, dtype=bool), settings=SETTINGS
        )
