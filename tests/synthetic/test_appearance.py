from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from groupaffect.reference_shape import MIRROR_ORDER
from groupaffect.synthetic.appearance import load_appearance
from groupaffect.types import EMOTIONS

WEIGHTS = files("groupaffect").joinpath("synthetic", "weights")


def card() -> dict[str, object]:
    found: dict[str, object] = json.loads(WEIGHTS.joinpath("appearance.json").read_text("utf-8"))
    return found


def test_appearance_is_what_its_card_says() -> None:
    content = WEIGHTS.joinpath("appearance.npz").read_bytes()
    assert hashlib.sha256(content).hexdigest() == card()["sha256"]
    assert len(content) < 3_000_000


def test_card_says_that_nobody_is_near_to_a_training_identity() -> None:
    facts = card()["distances_in_standard_deviations"]
    assert isinstance(facts, dict)
    assert facts["nearest_training_identity"] > facts["limit"] > 0
    assert facts["n_kept"] == len(load_appearance().identities)


def test_people_differ_from_each_other() -> None:
    model = load_appearance()
    textures = np.stack([model.neutral_face(k)[1] for k in range(40)])
    distance = np.linalg.norm(textures[:, None] - textures[None], axis=2)
    distance[np.diag_indices(40)] = np.inf
    assert distance.min() > 0.25 * np.linalg.norm(textures.std(axis=0))


def test_expressions_are_the_same_on_both_sides_and_neutral_adds_nothing() -> None:
    model = load_appearance()
    mirrored = model.expression_shape[:, MIRROR_ORDER] * [-1, 1]
    np.testing.assert_allclose(mirrored, model.expression_shape, atol=1e-5)
    neutral = EMOTIONS.index("neutral")
    assert not model.expression_shape[neutral].any()
    assert not model.expression_texture[neutral].any()


def test_a_neutral_face_is_the_mean_and_its_modes() -> None:
    model = load_appearance()
    shape, texture = model.neutral_face(2)
    slow_shape, slow_texture = model.shape_mean.copy(), model.texture_mean.copy()
    n_shape = len(model.shape_modes)
    for k, size in enumerate(model.identities[2]):
        if k < n_shape:
            slow_shape = slow_shape + size * model.shape_modes[k]
        else:
            slow_texture = slow_texture + size * model.texture_modes[k - n_shape]
    lips = [61, 62, 63, 65, 66, 67]
    np.testing.assert_allclose(np.delete(shape, lips, 0), np.delete(slow_shape, lips, 0), atol=1e-5)
    np.testing.assert_allclose(texture, slow_texture, atol=1e-4)


def test_sadness_slants_the_brows_outwards_and_down() -> None:
    sad = load_appearance().expression_shape[[*EMOTIONS].index("sad")]
    assert sad[17, 1] > sad[21, 1] + 0.003


def test_lips_of_everybody_at_rest_meet_and_do_not_cross() -> None:
    model = load_appearance()
    shapes = np.stack([model.neutral_face(k)[0] for k in range(len(model.identities))])
    gap = shapes[:, [67, 66, 65], 1] - shapes[:, [61, 62, 63], 1]
    assert 0.0039 < gap.min() < gap.max() < 0.0201


@pytest.mark.parametrize(
    ("emotion", "points", "sign"),
    [
        ("happy", (48, 54), +1),  # the mouth is wider
        ("surprise", (62, 66), +1),  # the lips part
        ("surprise", (19, 37), +1),  # the brows rise
        ("angry", (21, 39), -1),  # the brows come down
        ("sad", (37, 41), -1),  # the lids droop
    ],
)
def test_expressions_move_the_points_that_they_should(
    emotion: str, points: tuple[int, int], sign: int
) -> None:
    model = load_appearance()
    k = [*EMOTIONS].index(emotion)  # type: ignore[arg-type]
    first, second = points
    rest = np.linalg.norm(model.shape_mean[first] - model.shape_mean[second])
    shown = model.shape_mean + model.expression_shape[k]
    assert sign * (np.linalg.norm(shown[first] - shown[second]) - rest) > 0.005


def test_weights_hold_no_picture(tmp_path: Path) -> None:
    with WEIGHTS.joinpath("appearance.npz").open("rb") as file, np.load(file) as stored:
        assert sorted(stored.files) == sorted(
            ["shape_mean", "shape_modes", "texture_mean", "texture_modes", "texture_modes_step"]
            + ["expression_shape", "expression_texture", "expression_texture_step", "identities"]
        )
