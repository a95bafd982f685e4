"""Real people's photographs: halves share no moment, biases that last are found, others are not."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.personal.made_faces import made_cast, made_faces
from groupaffect.evaluation.personal.embedded_faces import EmbeddedFaces
from groupaffect.evaluation.personal.lasting_bias import (
    compare_halves,
    halve_bias,
    measure_errors,
)
from groupaffect.evaluation.personal.photographs import (
    Photographs,
    choose_rows,
    find_scenes,
    split_scenes,
)
from groupaffect.evaluation.personal.real_people import (
    NEEDED,
    eligible_people,
    figures_of,
    learn_person,
    wear_photographs,
)
from groupaffect.evaluation.personal.real_study import study_photographs
from groupaffect.fusion.mix import fuse
from groupaffect.group_lessons import MembersRead
from groupaffect.personal.teaching import NO_SHIFT
from groupaffect.settings import Settings
from groupaffect.stills import StillFace
from groupaffect.types import MODELS

HERE = "groupaffect.evaluation.personal"
HAPPY, NEUTRAL = NEEDED
N_PEOPLE, N_EACH = 12, 16  # photographs of each expression


@pytest.fixture(autouse=True)
def even_fusion(monkeypatch: pytest.MonkeyPatch) -> None:
    """Adaptive fusion has its own tests; with types checked, minutes of it take long."""

    def fuse_evenly(read: MembersRead, settings: Settings) -> np.ndarray:
        return fuse(read.image, read.landmark, 0.5)

    monkeypatch.setattr("groupaffect.group_lessons.fuse_read", fuse_evenly)
    # Likewise; nothing to judge a group by is an objection.
    monkeypatch.setattr(f"{HERE}.real_people.judge_homogeneity", lambda *_, **__: None)
    monkeypatch.setattr(f"{HERE}.real_study.N_SPLITS", 1)


def made_photographs(rng: np.random.Generator, *, bias: float) -> Photographs:
    """Return people who are each read with lasting errors of their own, of this size."""
    pool = made_faces(rng, n_each=N_PEOPLE * N_EACH)
    chosen = np.isin(pool.label, NEEDED)
    faces = pool.where(chosen)
    person = np.tile(np.repeat(np.arange(N_PEOPLE), N_EACH), 2)
    own = bias * rng.normal(size=(N_PEOPLE, 1, 7))
    moved = faces.log_probability + own[person]
    faces = EmbeddedFaces(
        moved - np.log(np.exp(moved).sum(axis=2, keepdims=True)),
        *(faces.image_embedding, faces.landmark_embedding, faces.quality),
        *(faces.label, faces.votes),
    )
    return Photographs(faces, person, np.arange(len(person)), np.zeros(len(person), dtype=bool))


def slow_errors(log_p: np.ndarray, label: np.ndarray, person: np.ndarray) -> np.ndarray:
    centred = log_p - log_p.mean(axis=2, keepdims=True)
    found = []
    for row in range(len(label)):
        others = [
            centred[k]
            for k in range(len(label))
            if label[k] == label[row] and person[k] != person[row]
        ]
        found.append(centred[row] - np.mean(others, axis=0))
    return np.array(found)


def test_errors_equal_a_slow_twin(rng: np.random.Generator) -> None:
    log_p, label = rng.normal(size=(90, 2, 7)), rng.choice([3, 6], 90)
    person = rng.integers(0, 4, 90)
    found = measure_errors(log_p, label, person)
    np.testing.assert_allclose(found, slow_errors(log_p, label, person))
    np.testing.assert_allclose(found.sum(axis=2), 0.0, atol=1e-12)


def test_few_photographs_of_others_leave_errors_unknown(rng: np.random.Generator) -> None:
    label, person = np.full(40, 3), np.repeat([0, 1], [30, 10])
    found = measure_errors(rng.normal(size=(40, 2, 7)), label, person)
    assert np.isnan(found[:30]).all(), "ten photographs of others are too few"
    assert np.isfinite(found[30:]).all()


@pytest.mark.parametrize(("bias", "least", "most"), [(1.0, 0.7, 1.0), (0.0, -0.45, 0.45)])
def test_lasting_biases_are_found_and_chance_is_not(
    rng: np.random.Generator, bias: float, least: float, most: float
) -> None:
    many = made_photographs(rng, bias=bias)
    label, person = many.faces.label, many.person
    error = measure_errors(many.faces.log_probability, label, person)
    first = np.arange(len(label)) % 2 == 0
    halves = halve_bias(error, label, person, first)
    own = error[(person == 3) & first & (label == HAPPY)].mean(axis=0)
    np.testing.assert_allclose(halves.by_label[3, 0, HAPPY], own)
    over = halves.over_labels[:, :, 0]
    found = compare_halves(over[:, 0], over[:, 1])
    assert least <= found["r"] <= most
    assert (found["p"] < 0.01) == (bias > 0)
    across = compare_halves(halves.by_label[:, 0, NEUTRAL, 0], halves.by_label[:, 1, HAPPY, 0])
    assert least - 0.1 <= across["r"] <= most
    assert np.isclose(
        found["r"],
        np.mean([np.corrcoef(over[:, 0, k], over[:, 1, k])[0, 1] for k in range(7)]),
    )


def test_near_twins_are_one_scene_and_never_on_both_sides(rng: np.random.Generator) -> None:
    def face(grey: np.ndarray) -> StillFace:
        return StillFace(np.zeros((68, 2)), grey, 1.0, 1.0)

    pictures = rng.integers(0, 200, (4, 48, 48), dtype=np.uint8)
    twin = np.clip(pictures[0].astype(int) + 20, 0, 255).astype(np.uint8)
    found = [*(face(p) for p in pictures), face(twin), None, face(pictures[0])]
    person = np.array([0, 0, 0, 0, 0, 0, 1])
    scene = find_scenes(found, person)
    assert scene[0] == scene[4] != scene[6], "another person's is another scene"
    assert len(set(scene.tolist())) == 6
    label = np.full(5, HAPPY)
    for _ in range(20):
        learn = split_scenes(label, scene[:5], rng=rng)
        assert learn[0] == learn[4]
        assert 1 <= learn.sum() <= 4


def test_rows_are_of_people_with_many_photographs_or_of_others() -> None:
    names = np.array(["a"] * 30 + ["b"] * 19 + ["c"] * 25)
    label = np.concatenate([np.full(49, 3), np.full(20, 6), np.full(5, -1)])
    many, few = choose_rows(names, label, most=22, rng=np.random.default_rng(0))
    assert [int((names[many] == n).sum()) for n in "abc"] == [22, 0, 20]
    assert set(names[few]) == {"b"}


def test_seconds_are_the_persons_own_photographs_as_read(rng: np.random.Generator) -> None:
    faces = made_faces(rng, n_each=3)
    truth = np.array([HAPPY, NEUTRAL, HAPPY])
    worn = wear_photographs(faces, truth, rng)
    for feature, k in zip(worn.feature, truth, strict=True):
        rows = np.flatnonzero((faces.features == feature).all(axis=1))
        assert faces.label[rows].tolist() == [k]


def test_a_lasting_bias_is_unlearned_on_photographs_not_seen(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{HERE}.real_people.ADAPTERS", ("offset",))
    many, cast = made_photographs(rng, bias=1.5), made_cast(rng)
    assert eligible_people(many, least=20) == list(range(N_PEOPLE))
    assert eligible_people(many, least=40) == []
    gains = []
    for who in range(2):
        found = learn_person(many, who, cast, turned=False, seed=0)
        other = learn_person(many, who, cast, turned=True, seed=0)
        assert len(found.learn) == len(other.test) == N_EACH
        np.testing.assert_array_equal(found.learn.label, other.test.label)
        seen = {tuple(row) for row in found.learn.features}
        assert not seen & {tuple(row) for row in found.test.features}
        before = figures_of(found.test, dict.fromkeys(MODELS, NO_SHIFT))
        gains.append(figures_of(found.test, found.anyway["own", "offset"])["accuracy"])
        gains[-1] -= before["accuracy"]
    assert np.mean(gains) > 0.02


def test_study_refuses_where_the_tool_does_and_is_the_same_twice(
    rng: np.random.Generator,
) -> None:
    many = made_photographs(rng, bias=1.0)
    many, cast = many.where(many.person < 2), made_cast(rng)
    found = study_photographs(many, {"made": cast})
    rows = found["profiles"]["made"]["rows"]
    assert [(row["labels"], row["adapter"]) for row in rows] == [
        ("group", "offset"),
        ("group", "head"),
        ("own", "offset"),
        ("own", "head"),
    ]
    assert [row["refused"] for row in rows[:2]] == [1.0, 1.0]
    assert all(row["decided"]["macro_f1"]["mean"] == 0.0 for row in rows[:2])
    assert found["lasting"]["image"]["same"] == {
        **dict.fromkeys(("r", "chance", "p")),
        **{"n": 0, "interval": [None, None], "by_emotion": {}},
    }
    assert any(row["anyway"]["macro_f1"]["mean"] != 0.0 for row in rows[:2])
    first, again = (learn_person(many, 1, cast, turned=True, seed=0) for _ in range(2))
    for key, shifts in first.anyway.items():
        for model, shift in shifts.items():
            np.testing.assert_array_equal(shift.bias, again.anyway[key][model].bias)
