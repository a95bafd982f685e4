from __future__ import annotations

import dataclasses
import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from groupaffect.synthetic.appearance import load_appearance
from groupaffect.synthetic.mesh import texture_mesh
from groupaffect.training.appearance import (
    AppearanceRecipe,
    draw_identities,
    identity_means,
    read_people,
)

NEUTRAL = 6


def brute_nearest(rows: np.ndarray, others: np.ndarray) -> np.ndarray:
    return np.array([min(float(np.linalg.norm(row - other)) for other in others) for row in rows])


def test_identity_means_are_the_means_of_each_ones_faces() -> None:
    known = np.array([[1.0, 0.0], [4.0, 4.0], [3.0, 2.0]])
    np.testing.assert_allclose(identity_means(known, np.array([5, 2, 5])), [[4, 4], [2, 1]])


def test_draw_identities_keeps_only_who_is_far_from_everybody(rng: np.random.Generator) -> None:
    known, identity = rng.standard_normal((60, 4)), np.arange(60) // 2
    recipe = AppearanceRecipe(n_shape_modes=2, n_identities=40, far_quantile=0.7)
    kept, facts = draw_identities(known, identity, recipe=recipe)
    means = np.stack([known[identity == k].mean(axis=0) for k in range(30)])
    between = [brute_nearest(means[[k]], np.delete(means, k, axis=0))[0] for k in range(30)]
    limit = np.quantile(between, 0.7)
    distance = facts["distances_in_standard_deviations"]
    assert distance["limit"] == pytest.approx(limit, abs=1e-3)
    assert brute_nearest(kept.astype(float), means).min() > limit
    assert distance["n_drawn"] > distance["n_kept"] == len(kept) == 40


def test_draw_identities_draws_the_same_people_again(rng: np.random.Generator) -> None:
    known, identity = rng.standard_normal((30, 4)), np.arange(30)
    recipe = AppearanceRecipe(n_shape_modes=2, n_identities=5)
    first, again = (draw_identities(known, identity, recipe=recipe)[0] for _ in range(2))
    other, _ = draw_identities(known, identity, recipe=dataclasses.replace(recipe, seed=1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_shipped_people_are_far_from_everybody_they_were_made_from(data_dir: Path) -> None:
    """Ask the shipped arrays and the photographs alone, without the recipe's own numbers."""
    model = load_appearance()
    people = read_people(data_dir, AppearanceRecipe())
    shape = people.shape - model.shape_mean
    shape_part = coefficients(shape, model.shape_modes, model.expression_shape)
    texture_part = coefficients(
        evened(people.texture - model.texture_mean), model.texture_modes, model.expression_texture
    )
    known = identity_means(np.concatenate([shape_part, texture_part], axis=1), people.identity)
    between = cdist(known, known)
    np.fill_diagonal(between, np.inf)
    limit = np.quantile(between.min(axis=1), 0.05)
    nearest = cdist(model.identities, known).min(axis=1)
    facts = json.loads(
        files("groupaffect").joinpath("synthetic", "weights", "appearance.json").read_text("utf-8")
    )["distances_in_standard_deviations"]
    # modes in 8 bits measure a hundredth otherwise than those they were rounded from
    assert limit == pytest.approx(facts["limit"], rel=0.01)
    assert nearest.min() == pytest.approx(facts["nearest_training_identity"], rel=0.01)
    assert nearest.min() > 0.99 * limit
    assert np.quantile(nearest, 0.05) > limit
    assert len(known) == facts["n_training_identities"]


def coefficients(rows: np.ndarray, modes: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Return how much of each mode is in each row, beside the expressions."""
    n_modes = len(modes)
    columns = np.concatenate([modes.reshape(n_modes, -1), steps[:NEUTRAL].reshape(NEUTRAL, -1)])
    found = np.linalg.lstsq(columns.T, rows.reshape(len(rows), -1).T, rcond=None)[0]
    return np.asarray(found[:n_modes].T)


def evened(texture: np.ndarray) -> np.ndarray:
    """Return textures mixed with their mirror images, as the recipe does."""
    inside, share = texture_mesh().inside, AppearanceRecipe().lopsided_share
    picture = np.full((len(texture), *inside.shape), np.nan)
    picture[:, inside] = texture
    mirrored = picture[:, :, ::-1][:, inside]
    mirrored = np.where(np.isnan(mirrored), texture, mirrored)
    return np.asarray((1 + share) / 2 * texture + (1 - share) / 2 * mirrored)
