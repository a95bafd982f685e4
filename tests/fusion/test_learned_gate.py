"""The learned gate against a slow twin, and laws that any rule must keep."""

from __future__ import annotations

import math

import numpy as np
import pytest

from groupaffect.fusion.habits import HABITS, MEMORY_S, Habits, start_habits, step_habits
from groupaffect.fusion.learned_gate import Gate, gate_card, load_gate, step_gate
from groupaffect.fusion.steadying import agreement, steady
from groupaffect.fusion.weights import start_weights
from python_process import run_python
from reference.random_expressions import random_members

MOST_US = 50.0  # of processor time for a person and second
TIMING = """
import numpy as np
from time import process_time
from groupaffect.fusion.habits import start_habits, step_habits
from groupaffect.fusion.learned_gate import load_gate, steady_by, step_gate
from groupaffect.fusion.steadying import agreement
from groupaffect.fusion.weights import start_weights

rng, gate, n, best = np.random.default_rng(0), load_gate(), 4, np.inf
image, landmark = rng.dirichlet(np.ones(7), (2, 300, n))
for _ in range(10):  # the best of them: a busy core slows some
    habits, shown, start = start_habits(n), np.full((n, 7), np.nan), process_time()
    for second in range(300):
        habits = step_habits(habits, image[second], landmark[second], np.full(n, 0.6))
        agreed = agreement(image[second], landmark[second])
        shown = steady_by(gate, shown, image[second], agreed=agreed)
        if second % 10 == 9:
            step_gate(start_weights(n), habits, np.ones(n, bool), gate=gate)
    best = min(best, (process_time() - start) / (300 * n) * 1e6)
print(best)
"""


def watch(image: np.ndarray, landmark: np.ndarray, quality: np.ndarray) -> Habits:
    habits = start_habits(image.shape[1])
    for second in range(len(image)):
        habits = step_habits(habits, image[second], landmark[second], quality[second])
    return habits


def made(rng: np.random.Generator, *, n: int = 3, n_seconds: int = 40) -> tuple[np.ndarray, ...]:
    image = random_members(rng, n_seconds=n_seconds, n_members=n)
    landmark = random_members(rng, n_seconds=n_seconds, n_members=n)
    quality = rng.uniform(0.1, 1.0, (n_seconds, n))
    gone = rng.random((n_seconds, n)) < 0.2
    image[gone], landmark[gone], quality[gone] = np.nan, np.nan, np.nan
    return image, landmark, quality


def slow_weight(
    image: np.ndarray, landmark: np.ndarray, quality: np.ndarray, gate: Gate
) -> list[float]:
    """Compute every member's weight from whole series, term by term."""
    n_seconds, n, _ = image.shape
    means = []
    for member in range(n):
        whole = image[:, member, 0] + landmark[:, member, 0] + quality[:, member]
        seen = [t for t in range(n_seconds) if not np.isnan(whole[t])]
        sums, total, before = [0.0] * 6, 0.0, None
        for place, t in enumerate(seen):
            counts = math.exp(-(len(seen) - 1 - place) / MEMORY_S)
            p, q = image[t, member], landmark[t, member]
            labels = int(p.argmax()), int(q.argmax())
            flips = [0.0, 0.0]
            if before is not None:
                flips = [float(a != b) for a, b in zip(labels, before, strict=True)]
            apart = sum(abs(a - b) for a, b in zip(p, q, strict=True)) / 2
            now = [p.max(), q.max(), apart, quality[t, member], *flips]
            sums = [s + counts * value for s, value in zip(sums, now, strict=True)]
            total, before = total + counts, labels
        usual = gate.usual_s
        means.append(
            [(s + usual * u) / (total + usual) for s, u in zip(sums, gate.usual[:6], strict=True)]
        )
    group = sum(sum(mean[4:6]) for mean in means) / (2 * n)
    weights = []
    for mean in means:
        logit = gate.level
        for k, value in enumerate([*mean, group]):
            logit += gate.slope[k] * (value - gate.usual[k]) / gate.spread[k]
        weights.append(1 / (1 + math.exp(-logit)))
    return weights


def test_gate_equals_a_slow_twin(rng: np.random.Generator) -> None:
    image, landmark, quality = made(rng)
    everyone = np.ones(3, dtype=bool)
    found = step_gate(start_weights(3), watch(image, landmark, quality), everyone, gate=load_gate())
    wanted = slow_weight(image, landmark, quality, load_gate())
    np.testing.assert_allclose(found.image, wanted, atol=1e-12)


def test_gate_permuted_members_get_permuted_weights(rng: np.random.Generator) -> None:
    image, landmark, quality = made(rng, n=4)
    order, everyone = rng.permutation(4), np.ones(4, dtype=bool)
    plain = step_gate(start_weights(4), watch(image, landmark, quality), everyone, gate=load_gate())
    other = watch(image[:, order], landmark[:, order], quality[:, order])
    permuted = step_gate(start_weights(4), other, everyone, gate=load_gate())
    np.testing.assert_allclose(permuted.image, plain.image[order], atol=1e-12)
    assert permuted.reason == tuple(plain.reason[k] for k in order)


def test_gate_permuted_emotions_change_no_weight(rng: np.random.Generator) -> None:
    image, landmark, quality = made(rng)
    order, everyone = rng.permutation(7), np.ones(3, dtype=bool)
    plain = step_gate(start_weights(3), watch(image, landmark, quality), everyone, gate=load_gate())
    other = watch(image[..., order], landmark[..., order], quality)
    permuted = step_gate(start_weights(3), other, everyone, gate=load_gate())
    np.testing.assert_allclose(permuted.image, plain.image, atol=1e-12)


def test_gate_keeps_the_weight_of_who_is_not_seen(rng: np.random.Generator) -> None:
    habits = watch(*made(rng))
    visible = np.array([True, False, True])
    found = step_gate(start_weights(3, image_weight=0.3), habits, visible, gate=load_gate())
    assert found.image[1] == 0.3
    assert found.reason[1] == "not seen"
    assert (found.image[[0, 2]] != 0.3).all()


def test_gate_of_a_usual_person_is_its_starting_weight() -> None:
    gate = load_gate()
    found = step_gate(start_weights(1), start_habits(1), np.zeros(1, dtype=bool), gate=gate)
    assert found.image[0] == 0.5
    seen = step_gate(start_weights(1), start_habits(1), np.ones(1, dtype=bool), gate=gate)
    # nobody was watched yet, but the group's habit is the member's own: two habits, not one
    assert abs(seen.image[0] - gate.start_weight) < 0.02


def test_gate_trusts_a_surer_image_model_more() -> None:
    gate = load_gate()
    weights = []
    for sure in (0.3, 0.9):
        image = np.full((30, 1, 7), (1 - sure) / 6)
        image[..., 6] = sure
        landmark = np.full((30, 1, 7), 0.1)
        landmark[..., 6] = 0.4
        habits = watch(image, landmark, np.full((30, 1), 0.6))
        weights.append(step_gate(start_weights(1), habits, np.ones(1, bool), gate=gate).image[0])
    assert weights[0] < weights[1]


def test_gate_card_names_what_the_numbers_are() -> None:
    card = gate_card()
    assert card["habits"] == [*HABITS, "group_changes"]
    assert set(card["networks"]) >= {"expression/image_model", "expression/landmark_model"}


def test_gate_is_fast() -> None:
    # apart from this process, in which every call's types are checked
    done = run_python("-c", TIMING)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < MOST_US


SHARES = {"least_share": 0.1, "share_by_distance": 1.5, "share_if_agreed": 0.2}
ALONE, TOGETHER = np.array([False]), np.array([True])


@pytest.mark.parametrize("distance", [0.05, 0.3, 0.9])
def test_steady_takes_a_larger_share_of_a_larger_move(distance: float) -> None:
    before = np.eye(7)[[0]]
    read = before.copy()
    read[0, 0], read[0, 1] = 1 - distance, distance
    for agreed, more in ((ALONE, 0.0), (TOGETHER, 0.2)):
        shown = steady(before, read, agreed=agreed, **SHARES)
        share = min(1.0, 0.1 + 1.5 * distance + more)
        assert shown[0, 1] == pytest.approx(distance * share)
        assert shown.sum() == pytest.approx(1.0)


def test_steady_remembers_nothing_across_a_gap() -> None:
    happy, sad, gone = np.eye(7)[[3]], np.eye(7)[[4]], np.full((1, 7), np.nan)
    lost = steady(happy, gone, agreed=ALONE, **SHARES)
    assert np.isnan(lost).all()
    np.testing.assert_array_equal(steady(lost, sad, agreed=ALONE, **SHARES), sad)


def test_agreement_of_a_missing_model_is_none() -> None:
    angry, gone = np.eye(7)[[0]], np.full((1, 7), np.nan)
    assert not agreement(angry, gone).any()
    assert not agreement(gone, gone).any()
