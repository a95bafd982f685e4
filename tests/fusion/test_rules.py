from __future__ import annotations

from typing import get_args, get_type_hints

import numpy as np
import pytest

from groupaffect.fusion.habits import start_habits, step_habits
from groupaffect.fusion.learned_gate import load_gate, steady_by, step_gate
from groupaffect.fusion.paper_rule import step_paper_rule
from groupaffect.fusion.rules import RULES, Lately
from groupaffect.fusion.weights import start_weights
from groupaffect.settings import FusionSettings

SETTINGS = FusionSettings(initial_image_weight=0.4, clamp=(0.2, 0.9))


@pytest.fixture
def lately(rng: np.random.Generator) -> Lately:
    image, landmark = rng.dirichlet(np.ones(7), size=(2, 3))
    habits = step_habits(start_habits(3), image, landmark, np.full(3, 0.7))
    return Lately(np.array([0, 1, 5]), habits, np.array([True, True, False]))


def test_rules_are_those_of_the_settings() -> None:
    assert tuple(RULES) == get_args(get_type_hints(FusionSettings)["rule"])


def test_each_rule_moves_weights_by_its_own_step(lately: Lately) -> None:
    now = start_weights(3, image_weight=0.4)
    moved = {name: rule.step(now, lately, SETTINGS).image for name, rule in RULES.items()}
    by_gate = step_gate(now, lately.habits, lately.visible, gate=load_gate())
    by_paper = step_paper_rule(now, lately.n_changes, lately.visible, settings=SETTINGS)
    np.testing.assert_array_equal(moved["gate"], by_gate.image)
    np.testing.assert_array_equal(moved["paper"], by_paper.image)
    np.testing.assert_array_equal(moved["fixed"], now.image)
    assert (moved["gate"] != moved["paper"])[:2].all()


def test_rules_start_and_end_where_they_say() -> None:
    starts = {name: rule.start_weight(SETTINGS) for name, rule in RULES.items()}
    assert starts == {"gate": load_gate().start_weight, "paper": 0.4, "fixed": 0.4}
    limits = {name: rule.limits(SETTINGS) for name, rule in RULES.items()}
    assert limits["gate"] == (0.0, 1.0)
    assert limits["paper"] == limits["fixed"] == pytest.approx((0.2, 0.8))


def test_only_the_gate_steadies(rng: np.random.Generator) -> None:
    shown, mixed = rng.dirichlet(np.ones(7), size=(2, 4))
    agreed = np.array([True, False, True, False])
    for name in ("paper", "fixed"):
        np.testing.assert_array_equal(RULES[name].show(shown, mixed, agreed), mixed)
    steadied = RULES["gate"].show(shown, mixed, agreed)
    np.testing.assert_array_equal(steadied, steady_by(load_gate(), shown, mixed, agreed=agreed))
    assert not np.array_equal(steadied, mixed)
