from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from groupaffect.training import image_teachers
from groupaffect.training.image_network import ImageNetwork, NetworkShape
from groupaffect.training.mini_xception import frame_faces
from training.made_faces import made_faces

TINY = NetworkShape(2, (4,), ((8, 2),))


def test_fold_is_the_same_for_equal_pictures_and_all_are_used(rng: np.random.Generator) -> None:
    grey = rng.integers(0, 255, (60, 48, 48)).astype(np.uint8)
    fold = image_teachers.fold_of(np.concatenate([grey, grey[::-1]]))
    np.testing.assert_array_equal(fold[:60], fold[60:][::-1])
    assert set(fold.tolist()) == set(range(image_teachers.N_TEACHERS))


def test_mixed_readings_equal_a_loop_over_faces(rng: np.random.Generator) -> None:
    n, k = 12, image_teachers.N_TEACHERS
    readings = rng.dirichlet(np.ones(15), (k, n)).astype(np.float16)
    fold = rng.integers(0, k, n)
    mixed = image_teachers.mix_readings(list(readings), fold)
    for face in range(n):
        others = [readings[t, face].astype(float) for t in range(k) if t != fold[face]]
        unseen = readings[fold[face], face].astype(float)
        np.testing.assert_allclose(
            mixed[face], 0.5 * unseen + 0.5 * np.mean(others, axis=0), atol=2e-3
        )


def test_view_is_drawn_once_and_never_half_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    made = made_faces(rng, 3)
    images, where = torch.from_numpy(made.grey), frame_faces(made.landmark_xy_px)

    def killed(path: Path, _: np.ndarray) -> None:
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(np, "save", killed)
        with pytest.raises(KeyboardInterrupt):
            image_teachers.kept_view(images, where, index=1, cache=tmp_path)
    first = image_teachers.kept_view(images, where, index=1, cache=tmp_path)
    monkeypatch.setattr(image_teachers, "draw_view", lambda *_, **__: pytest.fail("drawn again"))
    again = image_teachers.kept_view(images, where, index=1, cache=tmp_path)
    np.testing.assert_array_equal(first, again)


def test_teacher_reads_as_its_two_heads_do(rng: np.random.Generator) -> None:
    torch.manual_seed(2)
    teacher = ImageNetwork(TINY)
    view = rng.integers(0, 255, (3, 1, 48, 48)).astype(np.uint8)
    read = image_teachers.read_view(teacher, view, torch.device("cpu"))
    with torch.inference_mode():
        seen = teacher.eval()(torch.from_numpy(view).float())
    np.testing.assert_allclose(read[:, :7], seen.logits.softmax(dim=1), atol=1e-3)
    np.testing.assert_allclose(read[:, 7:], seen.vote_logits.softmax(dim=1), atol=1e-3)


def test_views_come_round_with_what_was_read_in_them(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    made = made_faces(rng, 4)
    readings = rng.dirichlet(np.ones(15), (2, 4)).astype(np.float16)
    taught = image_teachers.TaughtViews(
        torch.from_numpy(made.grey), frame_faces(made.landmark_xy_px), readings, tmp_path
    )
    crops, labels, votes = taught.view(0)
    assert crops.shape == (4, 1, 48, 48)
    np.testing.assert_allclose(torch.cat([labels, votes], dim=1), readings[0].astype(np.float32))
    assert torch.equal(taught.view(2)[0], crops)
    assert not torch.equal(taught.view(1)[0], crops)
