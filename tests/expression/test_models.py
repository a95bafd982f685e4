"""Both models at work, and their cards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from expression.made_faces import made_faces
from groupaffect.expression.calibration import calibrated_probability
from groupaffect.expression.image_model import image_logits, score_images
from groupaffect.expression.landmark_model import landmark_logits, score_landmarks
from groupaffect.expression.model_card import load_card
from groupaffect.inference import network_sha256
from groupaffect.settings import preset
from groupaffect.similarity import apply_similarity
from groupaffect.stills import find_still_face, read_still_faces
from groupaffect.types import EMOTIONS, MODELS, FaceObservations, ModelScores, Source

WEIGHTS = files("groupaffect").joinpath("expression", "weights")
pytestmark = pytest.mark.skipif(
    not all(
        WEIGHTS.joinpath(f"{model}_model.{kind}").is_file()
        for model in MODELS
        for kind in ("onnx", "json")
    ),
    reason="the expression networks are not trained yet",
)

Scorer = Callable[..., ModelScores]
NETWORKS = ("image_model", "image_model_paper", "landmark_model", "landmark_model_shape")
SCORERS = [
    pytest.param(score_images, id="image"),
    pytest.param(score_landmarks, id="landmark"),
]


@pytest.mark.parametrize("score", SCORERS)
def test_score_is_missing_exactly_where_not_scorable(
    rng: np.random.Generator, score: Scorer
) -> None:
    faces = made_faces(rng, 9, unseen=(2, 5))
    scorable = faces.success & (np.arange(9) != 7)  # one is seen but too poor
    scores = score(faces, scorable=scorable)
    missing = np.isnan(scores.probability)
    assert (missing.all(axis=1) == ~scorable).all()
    assert (missing.any(axis=1) == ~scorable).all()
    np.testing.assert_allclose(scores.probability[scorable].sum(axis=1), 1.0, atol=1e-9)
    assert (scores.probability[scorable] >= 0).all()


@pytest.mark.parametrize("score", SCORERS)
def test_score_keeps_times_and_participants(rng: np.random.Generator, score: Scorer) -> None:
    faces = made_faces(rng, 4)
    scores = score(faces, scorable=faces.success)
    assert scores.model in score.__name__
    np.testing.assert_array_equal(scores.time_s, faces.time_s)
    np.testing.assert_array_equal(scores.participant, faces.participant)


@pytest.mark.parametrize("score", SCORERS)
def test_score_order_and_company_of_faces_do_not_matter(
    rng: np.random.Generator, score: Scorer
) -> None:
    faces, order = made_faces(rng, 8, unseen=(3,)), rng.permutation(8)
    scores = score(faces, scorable=faces.success)
    shuffled = score(faces.where(order), scorable=faces.success[order])
    np.testing.assert_allclose(shuffled.probability, scores.probability[order], atol=1e-5)
    first = np.arange(8) == 0
    alone = score(faces.where(first), scorable=np.array([True]))
    np.testing.assert_allclose(alone.probability, scores.probability[:1], atol=1e-5)


@pytest.mark.parametrize("score", SCORERS)
def test_score_of_nobody_is_empty_or_missing(rng: np.random.Generator, score: Scorer) -> None:
    nobody = made_faces(rng, 0)
    assert score(nobody, scorable=nobody.success).probability.shape == (0, 7)
    unseen = made_faces(rng, 2, unseen=(0, 1))
    assert np.isnan(score(unseen, scorable=unseen.success).probability).all()


def test_score_images_without_crops_is_missing(rng: np.random.Generator) -> None:
    faces = made_faces(rng, 2)
    columns = {name: getattr(faces, name) for name in FaceObservations.__slots__}
    without = FaceObservations(**(columns | {"aligned_grey": None}))
    assert np.isnan(score_images(without, scorable=without.success).probability).all()


def test_scores_are_calibrated_logits(rng: np.random.Generator) -> None:
    faces = made_faces(rng, 3)
    assert faces.aligned_grey is not None
    logits = {"image": image_logits(faces.aligned_grey)}
    logits["landmark"] = landmark_logits(faces.landmark_xy_px)
    for score in (score_images, score_landmarks):
        scores = score(faces, scorable=faces.success)
        temperature = load_card(f"{scores.model}_model").temperature
        wanted = calibrated_probability(logits[scores.model], temperature=temperature)
        np.testing.assert_array_equal(scores.probability, wanted)


def test_landmark_logits_do_not_depend_on_place_size_and_roll(rng: np.random.Generator) -> None:
    faces = made_faces(rng, 5).landmark_xy_px
    move = np.repeat(np.array([[[1.6, -1.2, 900.0], [1.2, 1.6, -40.0]]]), 5, axis=0)
    np.testing.assert_allclose(
        landmark_logits(apply_similarity(move, faces)), landmark_logits(faces), atol=1e-3
    )


def test_image_logits_depend_little_on_light(rng: np.random.Generator) -> None:
    dark = rng.integers(20, 110, (4, 48, 48)).astype(np.uint8)
    light = (2 * dark.astype(int) + 15).astype(np.uint8)
    np.testing.assert_allclose(image_logits(light), image_logits(dark), atol=0.1)


def test_score_images_by_the_papers_network_is_another_reading(rng: np.random.Generator) -> None:
    faces = made_faces(rng, 3)
    ours = score_images(faces, scorable=faces.success)
    papers = score_images(faces, scorable=faces.success, network="image_model_paper")
    assert faces.aligned_grey is not None
    logits = image_logits(faces.aligned_grey, network="image_model_paper")
    temperature = load_card("image_model_paper").temperature
    wanted = calibrated_probability(logits, temperature=temperature)
    np.testing.assert_array_equal(papers.probability, wanted)
    assert not np.allclose(ours.probability, papers.probability, atol=0.01)


@pytest.mark.parametrize("name", NETWORKS)
def test_card_is_of_the_shipped_network(name: str) -> None:
    card = load_card(name)
    assert card.model == name.split("_", maxsplit=1)[0]
    assert card.sha256 == network_sha256("expression", name)
    assert 0.2 <= card.temperature <= 5


@pytest.mark.parametrize("name", NETWORKS)
def test_card_says_what_people_need_to_know(name: str) -> None:
    card = load_card(name)
    assert "not validated for children" in card.caveats
    assert "feelings" in card.caveats
    assert "FER-2013" in card.data
    figures = card.figures["FER-2013 PublicTest"]
    assert set(figures["recall"]) == set(EMOTIONS)
    confusion = np.array(figures["confusion_rows_are_labels"])
    assert confusion.sum() == figures["n"]
    assert figures["accuracy"] == pytest.approx(np.trace(confusion) / figures["n"], abs=1e-4)


@pytest.mark.parametrize("network", NETWORKS)
def test_card_figures_on_a_small_sample_are_those_of_the_weights(
    data_dir: Path, network: str
) -> None:
    settings = preset("paper" if network == "image_model_paper" else "default")
    if network == "landmark_model_shape":
        by_shape = replace(settings.faces, landmark_network="landmark_network_shape")
        settings = replace(settings, faces=by_shape)
    source: Source = "landmark" if network == settings.landmark_model else "image"
    table = pq.read_table(data_dir / "fer2013/valid.parquet", columns=["png", "label"])[:200]
    faces = [
        find_still_face(Image.open(BytesIO(encoded)).convert("RGB"), settings=settings.faces)
        for encoded in table["png"].to_pylist()
    ]
    probability = read_still_faces(faces, settings=settings)[source]
    carded = load_card(network).figures["first 200 of FER-2013 PublicTest"]
    accuracy = (probability.argmax(axis=1) == table["label"].to_numpy()).mean()
    assert accuracy == pytest.approx(carded["accuracy"], abs=0.0051)  # one face on an edge
    assert probability.max(axis=1).mean() == pytest.approx(carded["mean_confidence"], abs=2e-3)
