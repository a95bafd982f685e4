from __future__ import annotations

import inspect
from pathlib import Path

import numpy as np
import pytest
import torch

from groupaffect.expression import model_card
from groupaffect.expression.calibration import fit_temperature
from groupaffect.expression.landmark_model import landmark_logits
from groupaffect.expression.model_card import ModelCard
from groupaffect.faces import crops, tight_crop
from groupaffect.inference import network_sha256
from groupaffect.training import cards, own_points
from groupaffect.training.cards import EXPRESSION_FACTS, FramedFaces, write_expression_card
from groupaffect.training.face_images import LabelledFaces, load_fer2013
from groupaffect.training.held_out import held_out_rows
from training.made_faces import made_faces


def test_written_card_is_one_that_the_package_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    folder = tmp_path / "expression" / "weights"
    folder.mkdir(parents=True)
    monkeypatch.setattr(cards, "EXPRESSION_WEIGHTS", folder)
    monkeypatch.setattr(model_card, "files", lambda _: tmp_path)
    training, public = (
        LabelledFaces(made_faces(rng, n), rng.integers(0, 7, n), np.zeros((n, 8), np.float32))
        for n in (400, 250)
    )
    sets = FramedFaces(training, training.faces.landmark_xy_px, public, public.faces.landmark_xy_px)
    for name, logits in (
        ("image_model", None),
        ("landmark_model", landmark_logits(sets.public_xy_px)),
    ):
        write_expression_card(name, sets)
        card = model_card.load_card.__wrapped__(name)
        assert isinstance(card, ModelCard)
        assert card.sha256 == network_sha256("expression", name)
        assert card.recipe["seed"] == EXPRESSION_FACTS[name].recipe["seed"]
        assert card.figures["FER-2013 PublicTest"]["n"] == 250
        if logits is not None:
            hits = logits.argmax(axis=1) == public.label
            assert card.figures["FER-2013 PublicTest"]["accuracy"] == pytest.approx(hits.mean())
            first = card.figures["first 200 of FER-2013 PublicTest"]
            assert first["accuracy"] == pytest.approx(hits[:200].mean())
            held = held_out_rows(training.faces.grey)
            wanted = fit_temperature(
                landmark_logits(sets.training_xy_px[held]), training.label[held]
            )
            assert card.temperature == pytest.approx(wanted, abs=1e-4)


def test_own_points_are_kept_for_the_next_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    faces = made_faces(rng, 3)
    first = own_points.own_points(faces, tmp_path, name="set", framing=1)
    assert first.shape == (3, 68, 2)

    def never(_: np.ndarray, **__: object) -> None:
        pytest.fail("the points were computed again")

    monkeypatch.setattr(own_points, "place_landmarks_on_tight_crop", never)
    again = own_points.own_points(faces, tmp_path, name="set", framing=1)
    np.testing.assert_array_equal(first, again)


def test_own_points_of_other_code_are_placed_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    faces = made_faces(rng, 2)
    own_points.own_points(faces, tmp_path, name="set", framing=0)
    source = inspect.getsource
    for changed in (crops, tight_crop):
        with monkeypatch.context() as patch:
            patch.setattr(
                own_points.inspect,
                "getsource",
                lambda module, changed=changed: source(module) + "#" * (module is changed),
            )
            own_points.own_points(faces, tmp_path, name="set", framing=0)
    assert len([*tmp_path.glob("own_points_set_0_*.npy")]) == 3


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
