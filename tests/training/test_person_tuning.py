"""Fine-tuning on one person whose faces do not exist: two patterns that the network misreads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.special import softmax

from groupaffect.expression.image_model import image_logits
from groupaffect.inference import network_bytes, open_moved_network
from groupaffect.network_weights import read_weights
from groupaffect.training.person_tuning import (
    PersonFaces,
    TuningRecipe,
    network_of,
    tune_on_person,
)

SHIPPED = read_weights(network_bytes("expression", "image_model"))
TEMPERATURE = 0.8
QUICK = TuningRecipe(epochs=4, batch=16, views=2, pulls=(0.01,))
N, BLOCK = 90, 15
LABEL = np.repeat(np.tile([3, 4, 6], N // 3 // 5), 5)  # happy, sad, neutral for 5 faces each


def read_shared(crops: np.ndarray) -> np.ndarray:
    return softmax(image_logits(crops) / TEMPERATURE, axis=1)


def made_faces(rng: np.random.Generator) -> PersonFaces:
    """Return crops of one pattern for each label, which the shared network knows nothing of."""
    pattern = rng.integers(0, 256, (7, 6, 6)).repeat(8, axis=1).repeat(8, axis=2)
    noisy = pattern[LABEL] + rng.normal(0, 20, (N, 48, 48))
    crops = noisy.clip(0, 255).astype(np.uint8)
    target = 0.7 * np.eye(7)[LABEL] + 0.3 / 7
    return PersonFaces(crops, read_shared(crops), target, np.ones(N), np.arange(N) // BLOCK)


@pytest.fixture
def faces(rng: np.random.Generator) -> PersonFaces:
    return made_faces(rng)


def test_network_of_the_file_reads_as_the_file_does(rng: np.random.Generator) -> None:
    crops = rng.integers(0, 256, (32, 48, 48), dtype=np.uint8)
    with torch.inference_mode():
        read = network_of(SHIPPED)(torch.from_numpy(crops)[:, None].float())
    for name, logits in (("logits", read.logits), ("vote_logits", read.vote_logits)):
        np.testing.assert_allclose(logits, image_logits(crops, output=name), atol=1e-4)


def test_what_was_learned_is_read_from_the_moved_file(faces: PersonFaces) -> None:
    moved, evidence = tune_on_person(faces, SHIPPED, temperature=TEMPERATURE, recipe=QUICK)
    assert evidence.is_beyond(2.0)
    assert evidence.n_blocks == N // BLOCK
    assert 900_000 < sum(m.nbytes for m in moved.values()) < 1_200_000
    assert {m.dtype for m in moved.values()} == {np.dtype(np.float16)}
    kept = {n for n in SHIPPED if n.startswith(("trunk.7", "trunk.8", "trunk.9", "votes"))}
    assert not kept & set(moved)
    assert {"labels.weight", "labels.bias", "trunk.10.body.5.narrow.weight"} <= set(moved)
    own = open_moved_network("expression", "image_model", moved)
    logits = own.run(["logits"], {"grey": faces.crops[:, None].astype(np.float32)})[0]
    before = (faces.probability.argmax(axis=1) == LABEL).mean()
    assert (logits.argmax(axis=1) == LABEL).mean() > max(before + 0.2, 0.9)


def test_half_precision_reads_as_what_was_trained(
    faces: PersonFaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = replace(QUICK, epochs=1, views=1)
    grey, read = {"grey": faces.crops[:16, None].astype(np.float32)}, []
    for precision in (np.float16, np.float64):
        monkeypatch.setattr("groupaffect.training.person_tuning.PRECISION", precision)
        moved, _ = tune_on_person(faces, SHIPPED, temperature=TEMPERATURE, recipe=recipe)
        own = open_moved_network("expression", "image_model", moved)
        read.append(softmax(own.run(["logits"], grey)[0], axis=1))
    np.testing.assert_allclose(read[0], read[1], atol=2e-3)


def test_training_is_the_same_twice(faces: PersonFaces) -> None:
    recipe = replace(QUICK, epochs=1)
    found = [tune_on_person(faces, SHIPPED, temperature=TEMPERATURE, recipe=recipe) for _ in "ab"]
    assert found[0][1] == found[1][1]
    for name, by in found[0][0].items():
        np.testing.assert_array_equal(by, found[1][0][name])


def test_a_stronger_pull_moves_less(faces: PersonFaces) -> None:
    def distance(pull: float) -> float:
        recipe = replace(QUICK, pulls=(pull,))
        moved, _ = tune_on_person(faces, SHIPPED, temperature=TEMPERATURE, recipe=recipe)
        return float(sum((m.astype(np.float64) ** 2).sum() for m in moved.values()))

    assert distance(10.0) < 0.5 * distance(0.01)


def test_who_is_read_well_gains_nothing(faces: PersonFaces) -> None:
    right = replace(faces, target=faces.probability)
    _, evidence = tune_on_person(right, SHIPPED, temperature=TEMPERATURE, recipe=QUICK)
    assert not evidence.is_beyond(2.0)


def test_faces_that_do_not_count_teach_nothing(faces: PersonFaces) -> None:
    counted = np.arange(N) % 2 == 0
    wrong = np.where(counted[:, None], faces.target, np.roll(faces.target, 1, axis=1))
    some = replace(faces, target=wrong, weight=counted.astype(np.float64))
    moved, _ = tune_on_person(some, SHIPPED, temperature=TEMPERATURE, recipe=QUICK)
    own = open_moved_network("expression", "image_model", moved)
    logits = own.run(["logits"], {"grey": faces.crops[:, None].astype(np.float32)})[0]
    assert (logits.argmax(axis=1) == LABEL).mean() > 0.9
