"""Sessions for drawings: one of a mixed group, and the weights of many over time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from groupaffect.evaluation.benchmark.conditions import LIVELY, Condition, Trait
from groupaffect.evaluation.benchmark.flicker import load_flickers
from groupaffect.evaluation.benchmark.group_session import GroupSession, simulate_session
from groupaffect.evaluation.benchmark.pools import load_pools
from groupaffect.evaluation.benchmark.seeing import Sight
from groupaffect.evaluation.benchmark.ways import Fused, fuse_adaptively, fuse_by_weights
from groupaffect.settings import FusionSettings, preset

SEED = 3
MIXED = Condition(
    "mixed", ("talking", "subtle", "coarse"), LIVELY, n_members=4, duration_s=180, share=0.75
)
TRAITS_SHOWN: tuple[Trait, ...] = ("usual", "subtle", "exaggerated", "coarse", "covered")
N_GROUPS, GROUP_S = 12, 240  # for each trait shown


def example_session() -> tuple[GroupSession, dict[str, Fused]]:
    """Return a mixed group, fused evenly and by the default preset."""
    sight = Sight(load_pools("reporting"), load_flickers())
    session = simulate_session(MIXED, sight, np.random.default_rng(SEED))
    even = fuse_by_weights(session, np.full(session.truth.shape, 0.5))
    return session, {"fixed": even, "default": fuse_adaptively(session, preset("default"))}


def mean_weights() -> dict[str, dict[str, Float[np.ndarray, "t 3"]]]:
    """Return by rule and trait the 10, 50 and 90 % quantiles of the image weight by second."""
    sight, rng = Sight(load_pools("reporting"), load_flickers()), np.random.default_rng(SEED)
    default = preset("default")
    rules = {
        "paper": replace(default, fusion=FusionSettings(rule="paper")),
        "gate": replace(default, fusion=FusionSettings(rule="gate")),
    }
    found: dict[str, dict[str, Float[np.ndarray, "t 3"]]] = {rule: {} for rule in rules}
    for trait in TRAITS_SHOWN:
        condition = Condition(trait, (trait,), LIVELY, n_members=4, duration_s=GROUP_S)
        sessions = [simulate_session(condition, sight, rng) for _ in range(N_GROUPS)]
        special = [place for place in range(4) if condition.trait_of(place) == trait]
        for rule, settings in rules.items():
            weights = [fuse_adaptively(one, settings).image_weight[:, special] for one in sessions]
            joined = np.concatenate(weights, axis=1)
            found[rule][trait] = np.quantile(joined, [0.1, 0.5, 0.9], axis=1).T
    return found
