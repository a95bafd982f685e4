"""Ways of fusing: the package's own code, a slow oracle, and laws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evaluation.benchmark.made_pools import made_sight
from groupaffect.evaluation.benchmark.conditions import LIVELY, Condition
from groupaffect.evaluation.benchmark.group_session import GroupSession, simulate_session
from groupaffect.evaluation.benchmark.ways import (
    METHODS,
    ORACLE_WEIGHTS,
    best_static_weight,
    fuse_adaptively,
    fuse_by_weights,
    fuse_session,
    oracle_weights,
    permute_weights,
)
from groupaffect.fusion.mix import fuse
from groupaffect.settings import FusionSettings, preset


@pytest.fixture
def session(rng: np.random.Generator) -> GroupSession:
    condition = Condition("c", ("dropping out", "coarse"), LIVELY, n_members=3, duration_s=90)
    return simulate_session(condition, made_sight(rng), rng)


def test_methods_bear_the_agreed_names(session: GroupSession, rng: np.random.Generator) -> None:
    names = ["image", "landmark", "fixed", "static", "paper", "gate"]
    assert list(METHODS) == [*names, "default", "permuted", "oracle"]
    made = fuse_session(session, static_weight=0.8, rng=rng)
    assert list(made) == list(METHODS)
    np.testing.assert_allclose(made["image"].probability, session.image, atol=1e-12)
    np.testing.assert_allclose(made["landmark"].probability, session.landmark, atol=1e-12)
    even = fuse(session.image, session.landmark, 0.5)
    np.testing.assert_array_equal(made["fixed"].probability, even)


def test_fixed_by_weights_equals_fixed_by_the_pipeline_s_own_steps(session: GroupSession) -> None:
    fixed = replace(preset("default"), fusion=FusionSettings(rule="fixed"))
    folded = fuse_adaptively(session, fixed)
    mixed = fuse_by_weights(session, np.full(session.truth.shape, 0.5))
    np.testing.assert_allclose(folded.probability, mixed.probability)
    assert sorted(map(str, folded.events)) == sorted(map(str, mixed.events))


def test_oracle_equals_a_slow_twin(session: GroupSession) -> None:
    found = oracle_weights(session)
    for member in range(3):
        for minute in range(2):
            rows = slice(60 * minute, 60 * (minute + 1))
            best, most = 0.0, -1.0
            for weight in ORACLE_WEIGHTS:
                hits = 0
                for second in range(*rows.indices(len(session))):
                    pair = session.image[second, member], session.landmark[second, member]
                    mixed = weight * pair[0] + (1 - weight) * pair[1]
                    truth = session.truth[second, member]
                    hits += not np.isnan(mixed[0]) and mixed.argmax() == truth
                value = hits - 1e-3 * abs(weight - 0.5)
                if value > most + 1e-9:
                    best, most = weight, value
            assert (found[rows, member] == best).all()


def test_no_constant_weight_beats_the_oracle(session: GroupSession) -> None:
    def hits(weight: np.ndarray | float) -> int:
        fused = fuse(session.image, session.landmark, weight)
        read = np.where(np.isnan(fused), -1, fused).argmax(axis=2)
        return int(((read == session.truth) & ~np.isnan(fused[..., 0])).sum())

    assert hits(oracle_weights(session)) >= max(hits(weight) for weight in ORACLE_WEIGHTS)
    assert best_static_weight([session]) in ORACLE_WEIGHTS


def test_permuted_weights_are_all_another_member_s(rng: np.random.Generator) -> None:
    weight = np.arange(5.0)[None].repeat(3, axis=0)
    permuted = permute_weights(weight, rng)
    assert (permuted != weight).all()
    np.testing.assert_array_equal(np.sort(permuted, axis=1), weight)


@pytest.mark.parametrize("rule", ["gate", "paper"])
def test_adaptive_way_with_permuted_members_is_permuted(session: GroupSession, rule: str) -> None:
    settings = replace(preset("default"), fusion=FusionSettings(rule=rule))
    order = [2, 0, 1]
    other = replace(
        session,
        participants=tuple(session.participants[k] for k in order),
        traits=tuple(session.traits[k] for k in order),
        **{
            name: getattr(session, name)[:, order]
            for name in ("truth", "image", "landmark", "quality")
        },
    )
    plain, permuted = (fuse_adaptively(one, settings) for one in (session, other))
    np.testing.assert_allclose(permuted.probability, plain.probability[:, order], atol=1e-12)
    np.testing.assert_allclose(permuted.image_weight, plain.image_weight[:, order], atol=1e-12)


@pytest.mark.parametrize("rule", ["gate", "paper"])
def test_adaptive_way_with_permuted_emotions_is_permuted(
    session: GroupSession, rule: str, rng: np.random.Generator
) -> None:
    settings = replace(preset("default"), fusion=FusionSettings(rule=rule))
    order = rng.permutation(7)
    other = replace(session, image=session.image[..., order], landmark=session.landmark[..., order])
    plain, permuted = (fuse_adaptively(one, settings) for one in (session, other))
    np.testing.assert_allclose(permuted.probability, plain.probability[..., order], atol=1e-12)
    np.testing.assert_allclose(permuted.image_weight, plain.image_weight, atol=1e-12)
