from __future__ import annotations

import numpy as np
from scipy.special import softmax

from groupaffect.person_profile import shift_probability
from groupaffect.personal.evidence import N_FOLDS, NEAR_BEST, PULLS, weigh_evidence
from groupaffect.personal.fitting import fit_offset


def made(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    label = np.repeat(rng.integers(0, 7, n // 15 + 1), 15)[:n]
    target = softmax(2.0 * np.eye(7)[label] + rng.normal(0, 0.4, (n, 7)), axis=1)
    return softmax(2.0 * np.eye(7)[label] + rng.normal(0, 0.4, (n, 7)), axis=1), target


def test_gain_is_that_of_fits_without_the_block(rng: np.random.Generator) -> None:
    read, target = made(rng, 240)
    read = softmax(np.log(read) + [0, 0, 0, 0, 1.5, 0, 0], axis=1)
    weight = rng.uniform(0.5, 1.0, 240)
    block = np.arange(240) // 30
    by_pull = []
    for pull in PULLS:
        likelier, agree = [], []
        for number in range(8):
            here, away = block == number, block % N_FOLDS != number % N_FOLDS
            shift = fit_offset(read[away], target[away], weight[away], pull=pull)
            after = shift_probability(read[here], shift)
            each = (target[here] * (np.log(after) - np.log(read[here]))).sum(axis=1)
            likelier.append(np.average(each, weights=weight[here]))
            now, then = (
                [row[k] for row, k in zip(target[here], p.argmax(axis=1), strict=True)]
                for p in (after, read[here])
            )
            agree.append(np.average(np.subtract(now, then), weights=weight[here]))
        error = [np.std(x, ddof=1) / np.sqrt(8) for x in (likelier, agree)]
        by_pull.append((np.mean(likelier), error[0], np.mean(agree), error[1]))
    found = weigh_evidence(read, None, target, weight, block=block)
    best = max(by_pull)
    enough = [k for k, row in enumerate(by_pull) if row[0] >= best[0] - NEAR_BEST * best[1]]
    assert found.pull == PULLS[enough[-1]]
    np.testing.assert_allclose((found.gain, found.error), by_pull[enough[-1]][2:], rtol=1e-3)
    assert found.n_blocks == 8
    assert found.is_beyond(2.0)


def test_duller_probabilities_are_no_evidence(rng: np.random.Generator) -> None:
    """To flatten what is read makes flat labels likelier, and reads nothing better."""
    read, target = made(rng, 300)
    dull = 0.3 * target + 0.7 / 7
    found = weigh_evidence(read, None, dull, np.ones(300), block=np.arange(300) // 30)
    assert not found.is_beyond(2.0)


def test_there_is_no_evidence_for_a_person_like_all_others() -> None:
    beyond = 0
    for seed in range(20):
        read, target = made(np.random.default_rng(seed), 300)
        block = np.arange(300) // 30
        found = weigh_evidence(read, None, target, np.ones(300), block=block)
        beyond += found.is_beyond(2.0)
    assert beyond <= 2


def test_one_block_is_no_evidence(rng: np.random.Generator) -> None:
    read, target = made(rng, 20)
    found = weigh_evidence(read, None, target, np.ones(20), block=np.zeros(20, dtype=np.int64))
    assert np.isnan(found.gain)
    assert not found.is_beyond(-9.0)


def test_a_head_is_tested_on_embeddings_it_has_not_seen(rng: np.random.Generator) -> None:
    """With as many numbers as rows it could learn everything by heart; that gains nothing."""
    read, target = made(rng, 120)
    embedding = rng.normal(0, 1, (120, 150))
    block = np.arange(120) // 30
    found = weigh_evidence(read, embedding, target, np.ones(120), block=block)
    assert found.gain < 0.01
