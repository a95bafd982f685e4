from __future__ import annotations

import numpy as np
import torch

from groupaffect.expression.landmark_features import describe_landmarks
from groupaffect.reference_shape import MIRROR_ORDER, REFERENCE_SHAPE_XY
from groupaffect.training.landmark_mlp import LandmarkMLP, LandmarkModelRecipe, train_landmark_model

RECIPE = LandmarkModelRecipe(epochs=15, batch=16)


def smiling_and_not(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return mean faces with small disturbances; label 3 has the mouth corners up, 6 has not."""
    label = np.where(rng.random(n) < 0.5, 3, 6)
    shapes = REFERENCE_SHAPE_XY + rng.normal(0, 0.01, (n, 68, 2))
    shapes[:, [48, 54], 1] -= np.where(label == 3, 0.08, 0.0)[:, None]
    return shapes, label


def read(network: LandmarkMLP, shapes: np.ndarray) -> np.ndarray:
    with torch.inference_mode():
        return network(torch.from_numpy(describe_landmarks(shapes)))[0].argmax(dim=1).numpy()


def test_landmark_model_learns_what_shapes_tell(rng: np.random.Generator) -> None:
    shapes, label = smiling_and_not(rng, 160)
    views = [shapes, shapes + rng.normal(0, 0.003, shapes.shape)]
    network = train_landmark_model(views, label, recipe=RECIPE)
    assert not network.training
    fresh, truth = smiling_and_not(rng, 200)
    assert (read(network, fresh) == truth).mean() > 0.95
    mirrored = fresh[:, MIRROR_ORDER] * [-1.0, 1.0]
    assert (read(network, mirrored) == truth).mean() > 0.95


def test_landmark_model_same_seed_gives_the_same_weights(rng: np.random.Generator) -> None:
    shapes, label = smiling_and_not(rng, 40)
    recipe = LandmarkModelRecipe(epochs=2, batch=16)
    once, again = (train_landmark_model([shapes], label, recipe=recipe) for _ in range(2))
    for name, value in once.state_dict().items():
        assert torch.equal(value, again.state_dict()[name]), name


def test_landmark_model_is_the_papers_two_layers_of_128() -> None:
    layers = [layer for layer in LandmarkMLP().modules() if isinstance(layer, torch.nn.Linear)]
    assert [(layer.in_features, layer.out_features) for layer in layers] == [
        (272, 128),
        (128, 128),
        (128, 7),
    ]
