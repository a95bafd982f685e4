"""The trap of METHODS 9: with independent members nothing may be gained without circularity."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import softmax

from groupaffect.errors import UsageError
from groupaffect.person_profile import shift_probability
from groupaffect.personal.evidence import Evidence
from groupaffect.personal.group_labels import GroupLabels
from groupaffect.personal.teaching import (
    NO_SHIFT,
    Lesson,
    PersonRows,
    Taught,
    _choose_faces,
    keep_proven,
    teach,
)
from groupaffect.settings import PersonalSettings

SETTINGS = PersonalSettings()
N_S, SPLIT, GAP = 600, 300, 30


def course(rng: np.random.Generator) -> np.ndarray:
    return np.repeat(rng.integers(0, 7, N_S), rng.integers(5, 15, N_S))[:N_S]


def read(label: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return what is read of an expression, and an embedding in which it is linear."""
    embedding = np.eye(7)[label] + rng.normal(0, 0.35, (N_S, 7))
    return softmax(3.0 * embedding, axis=1), embedding


def lesson(
    own: tuple[np.ndarray, np.ndarray], target: np.ndarray, *, n_train: int = SPLIT
) -> Lesson:
    rows = PersonRows(
        np.arange(N_S, dtype=np.float64),
        np.ones(N_S),
        dict.fromkeys(("image", "landmark"), own[0]),
        dict.fromkeys(("image", "landmark"), own[1]),
    )
    return Lesson(rows, GroupLabels(target, np.ones(N_S)), np.arange(N_S) < n_train)


def agreement(probability: np.ndarray, target: np.ndarray) -> float:
    held_out = slice(SPLIT + GAP, None)
    pairs = zip(probability[held_out].T, target[held_out].T, strict=True)
    return float(np.mean([np.corrcoef(a, b)[0, 1] for a, b in pairs]))


def test_independent_members_teach_nothing_but_a_circular_target_seems_to() -> None:
    gains: dict[str, list[float]] = {"without": [], "including": []}
    levels: dict[str, list[float]] = {"without": [], "including": []}
    for seed in range(12):
        rng = np.random.default_rng([9, seed])
        members = [read(course(rng), rng) for _ in range(4)]
        targets = {
            "without": np.mean([p for p, _ in members[1:]], axis=0),
            "including": np.mean([p for p, _ in members], axis=0),
        }
        own = members[0]
        for name, target in targets.items():
            shift = teach([lesson(own, target)], adapter="head", settings=SETTINGS)["image"].shift
            after = agreement(shift_probability(own[0], shift, own[1]), target)
            gains[name].append(after - agreement(own[0], target))
            levels[name].append(after)
    mean = {name: np.mean(value) for name, value in gains.items()}
    error = np.std(gains["without"], ddof=1) / np.sqrt(12)
    assert abs(mean["without"]) < 2.2 * error + 0.01
    assert abs(np.mean(levels["without"])) < 0.1
    assert np.mean(levels["including"]) > 0.4, "r about .48 at four members (METHODS 9)"


def test_alike_members_teach_who_is_read_wrongly() -> None:
    rng = np.random.default_rng(3)
    label = course(rng)
    others = np.mean([read(label, rng)[0] for _ in range(3)], axis=0)
    probability, embedding = read(label, rng)
    biased = softmax(np.log(probability) + [0, 0, 0, 0, 3.0, 0, 0], axis=1), embedding
    for adapter in ("offset", "head"):
        taught = teach([lesson(biased, others)], adapter=adapter, settings=SETTINGS)
        shift = keep_proven(taught, n_errors=2.0)["landmark"]
        after = shift_probability(biased[0], shift, embedding)
        held_out = slice(SPLIT + GAP, None)
        right = [(p[held_out].argmax(axis=1) == label[held_out]).mean() for p in (biased[0], after)]
        assert right[1] > right[0] + 0.1


def test_seconds_outside_the_training_part_have_no_part(rng: np.random.Generator) -> None:
    label = course(rng)
    own, target = read(label, rng), read(label, rng)[0]
    one = lesson(own, target)
    spoilt = target.copy()
    spoilt[SPLIT:] = np.eye(7)[0]
    other = lesson((np.where(np.arange(N_S)[:, None] < SPLIT, own[0], 1 / 7), own[1]), spoilt)
    found = [teach([each], adapter="head", settings=SETTINGS)["image"] for each in (one, other)]
    np.testing.assert_array_equal(found[0].shift.bias, found[1].shift.bias)
    np.testing.assert_array_equal(found[0].shift.weight, found[1].shift.weight)


def test_each_second_counts_the_same_however_many_faces_it_has(rng: np.random.Generator) -> None:
    time_s = np.concatenate([np.zeros(1), 1 + np.arange(25) / 25, 2 + np.arange(3) / 25])
    probability = rng.dirichlet(np.ones(7), len(time_s))
    quality = rng.uniform(0.1, 1.0, len(time_s))
    rows = PersonRows(time_s, quality, dict.fromkeys(("image", "landmark"), probability), {})
    labels = GroupLabels(np.full((3, 7), 1 / 7), np.array([1.0, 1.0, 0.5]))
    made = Lesson(rows, labels, np.ones(3, dtype=bool))
    chosen, weight = _choose_faces(made, "image", 4)
    assert np.floor(time_s[chosen]).astype(int).tolist() == [0, 1, 1, 1, 1, 2, 2, 2]
    assert np.diff(time_s[chosen][1:5]).min() > 0.2
    totals = [weight[np.floor(time_s[chosen]) == second].sum() for second in range(3)]
    np.testing.assert_allclose(totals, [1.0, 1.0, 0.5])


def test_rows_that_were_not_read_and_seconds_without_label_are_left_out() -> None:
    probability = np.full((3, 7), 1 / 7)
    probability[0] = np.nan
    rows = PersonRows(
        np.arange(3.0), np.ones(3), dict.fromkeys(("image", "landmark"), probability), {}
    )
    labels = GroupLabels(np.full((3, 7), 1 / 7), np.array([1.0, 0.0, 1.0]))
    chosen, _ = _choose_faces(Lesson(rows, labels, np.ones(3, dtype=bool)), "image", 4)
    assert chosen.tolist() == [2]


def test_a_model_that_read_nothing_stays_as_it_is(rng: np.random.Generator) -> None:
    one = lesson(read(course(rng), rng), np.full((N_S, 7), 1 / 7))
    blind = replace(
        one.rows, probability={**one.rows.probability, "image": np.full((N_S, 7), np.nan)}
    )
    taught = teach([replace(one, rows=blind)], adapter="offset", settings=SETTINGS)
    assert taught["image"].shift is NO_SHIFT
    assert taught["landmark"].shift.bias.any()


def test_a_head_without_embeddings_is_refused(rng: np.random.Generator) -> None:
    one = lesson(read(course(rng), rng), np.full((N_S, 7), 1 / 7))
    bare = replace(one, rows=replace(one.rows, embedding={}))
    with pytest.raises(UsageError, match="needs the embeddings"):
        teach([one, bare], adapter="head", settings=SETTINGS)


def test_keep_proven_drops_what_gains_too_little() -> None:
    strong = Taught(NO_SHIFT, Evidence(0.3, 0.1, 0.1, 9))
    weak = Taught(NO_SHIFT, Evidence(0.1, 0.1, 0.1, 9))
    unknown = Taught(NO_SHIFT, Evidence(float("nan"), float("nan"), 1.0, 1))
    for taught, kept in ((strong, True), (weak, False), (unknown, False)):
        shifted = replace(taught, shift=replace(NO_SHIFT, bias=np.arange(7.0)))
        found = keep_proven({"image": shifted}, n_errors=2.0)["image"]
        assert (found is shifted.shift) is kept
