from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from groupaffect.expression import model_card
from groupaffect.expression.calibration import fit_temperature
from groupaffect.expression.model_card import ModelCard
from groupaffect.training import own_points, recipes
from groupaffect.training.face_images import load_fer2013
from groupaffect.training.landmark_mlp import LandmarkMLP
from training.made_faces import made_faces


def test_written_card_is_one_that_the_package_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    folder = tmp_path / "expression" / "weights"
    folder.mkdir(parents=True)
    monkeypatch.setattr(recipes, "EXPRESSION_WEIGHTS", folder)
    monkeypatch.setattr(model_card, "files", lambda _: tmp_path)
    logits, label = rng.normal(0, 2, (300, 7)), rng.integers(0, 7, 300)
    label[:150] = logits[:150].argmax(axis=1)
    recipes._write_expression_card(
        "landmark_model",
        LandmarkMLP(),
        "ab" * 32,
        held_logits=logits[:200],
        held_label=label[:200],
        public=(logits[200:], label[200:]),
        known=np.arange(len(label[200:])) % 4 == 0,
        facts={"description": "words", "command": "more words"},
    )
    card = model_card.load_card.__wrapped__("landmark_model")
    assert isinstance(card, ModelCard)
    assert card.sha256 == "ab" * 32
    assert card.temperature == pytest.approx(fit_temperature(logits[:200], label[:200]), abs=1e-4)
    assert card.figures["FER-2013 PublicTest"]["n"] == 100


def test_own_points_are_kept_for_the_next_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    faces = made_faces(rng, 3)
    first = own_points.own_points(faces, tmp_path, name="set", framing=1)
    assert first.shape == (3, 68, 2)

    def never(_: np.ndarray) -> None:
        pytest.fail("the points were computed again")

    monkeypatch.setattr(own_points, "place_landmarks_on_tight_crop", never)
    again = own_points.own_points(faces, tmp_path, name="set", framing=1)
    np.testing.assert_array_equal(first, again)


def test_own_points_killed_while_written_leave_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    faces = made_faces(rng, 2)

    def killed(path: Path, _: np.ndarray) -> None:
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(np, "save", killed)
        with pytest.raises(KeyboardInterrupt):
            own_points.own_points(faces, tmp_path, name="set", framing=0)
    points = own_points.own_points(faces, tmp_path, name="set", framing=0)
    assert points.shape == (2, 68, 2)


def test_own_points_of_another_framing_differ_a_little(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    faces = made_faces(rng, 3)
    plain, other = (
        own_points.own_points(faces, tmp_path, name="set", framing=framing) for framing in (0, 1)
    )
    assert 0 < np.abs(plain - other).mean() < 20


def test_load_fer2013_gives_stills_points_and_labels(data_dir: Path) -> None:
    torch.manual_seed(0)
    public = load_fer2013(data_dir, "valid")
    assert public.faces.grey.shape == (3589, 48, 48)
    assert public.faces.landmark_xy_px.shape == (3589, 68, 2)
    assert set(public.label.tolist()) == set(range(7))
    assert np.isnan(public.faces.landmark_xy_px[:, 0, 0]).sum() == 14
    eyes = public.faces.landmark_xy_px[:, 42:48].mean(1) - public.faces.landmark_xy_px[
        :, 36:42
    ].mean(1)
    assert np.nanmean(eyes[:, 0] > 0) > 0.98
