from __future__ import annotations

import json
from importlib.resources import files
from typing import get_args

import numpy as np
import pytest
from onnxruntime import InferenceSession

from groupaffect.faces import landmarker
from groupaffect.faces.landmarker import PlacedFaces, place_landmarks, read_landmark_crops
from groupaffect.inference import network_sha256, open_network
from groupaffect.reference_shape import (
    FIVE_POINT_REFERENCE_XY,
    LANDMARK_FRAME,
    REFERENCE_SHAPE_XY,
)
from groupaffect.similarity import apply_similarity
from groupaffect.types import LandmarkNetworkName

FACE = np.array([[[80.0, -30.0, 200.0], [30.0, 80.0, 150.0]]])


@pytest.fixture
def network_that_sees_the_mean_face(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a network in place that answers with the mean face, whatever it is shown."""

    def read(crops: np.ndarray, *, network: str) -> PlacedFaces:
        n, points = len(crops), LANDMARK_FRAME.reference_to_crop(REFERENCE_SHAPE_XY)
        return PlacedFaces(np.repeat(points[None], n, axis=0), np.full(n, 0.75), np.full(n, 0.6))

    monkeypatch.setattr(landmarker, "read_landmark_crops", read)


@pytest.mark.usefixtures("network_that_sees_the_mean_face")
@pytest.mark.parametrize("framed_by", [REFERENCE_SHAPE_XY, FIVE_POINT_REFERENCE_XY], ids=len)
def test_place_landmarks_maps_crop_points_back_to_the_picture(framed_by: np.ndarray) -> None:
    grey = np.zeros((400, 400), dtype=np.uint8)
    placed = place_landmarks(grey, apply_similarity(FACE, framed_by[None]))
    wanted = apply_similarity(FACE, REFERENCE_SHAPE_XY[None])
    np.testing.assert_allclose(placed.points_xy_px, wanted, atol=1e-8)
    assert placed.face_probability.tolist() == [0.75]
    assert placed.fit_probability.tolist() == [0.6]


def test_place_landmarks_of_no_face_is_empty() -> None:
    grey = np.zeros((40, 40), dtype=np.uint8)
    placed = place_landmarks(grey, np.empty((0, 5, 2)))
    assert placed.points_xy_px.shape == (0, 68, 2)
    assert placed.face_probability.shape == placed.fit_probability.shape == (0,)


def test_read_landmark_crops_of_many_equals_each_alone(rng: np.random.Generator) -> None:
    crops = rng.integers(0, 256, (3, 64, 64), dtype=np.uint8)
    placed = read_landmark_crops(crops)
    for k in range(3):
        alone = read_landmark_crops(crops[k : k + 1])
        np.testing.assert_allclose(placed.points_xy_px[k], alone.points_xy_px[0], atol=1e-3)
        for name in ("face_probability", "fit_probability"):
            both, one = getattr(placed, name)[k], getattr(alone, name)[0]
            assert 0 <= both <= 1
            assert both == pytest.approx(one, abs=1e-5)


def test_read_landmark_crops_does_not_depend_on_contrast(rng: np.random.Generator) -> None:
    crops = rng.integers(0, 100, (2, 64, 64)).astype(np.uint8)
    brighter = crops * 2 + 40
    points, other = (
        read_landmark_crops(c).points_xy_px for c in (crops, brighter.astype(np.uint8))
    )
    np.testing.assert_allclose(points, other, atol=0.1)  # px, far outside any face: noise


def test_points_are_placed_by_the_network_that_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    opened = []

    def open_(stage: str, name: str) -> InferenceSession:
        opened.append((stage, name))
        return open_network(stage, name)

    monkeypatch.setattr(landmarker, "open_network", open_)
    grey = rng.integers(0, 255, (90, 90)).astype(np.uint8)
    framed_by = 40 * REFERENCE_SHAPE_XY[None] + 45
    for network in get_args(LandmarkNetworkName):
        place_landmarks(grey, framed_by, network=network)
    assert opened == [("faces", "landmark_network"), ("faces", "landmark_network_shape")]


@pytest.mark.parametrize("name", get_args(LandmarkNetworkName))
def test_landmark_network_is_the_one_on_its_card(name: str) -> None:
    card = files("groupaffect").joinpath("faces", "weights", f"{name}.json")
    facts = json.loads(card.read_text(encoding="utf-8"))
    assert facts["sha256"] == network_sha256("faces", name)
