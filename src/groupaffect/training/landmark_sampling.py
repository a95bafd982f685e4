"""Draw the crops that the landmark network learns from: disturbed faces, missed ones, walls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Bool, Float, Int, UInt8

from groupaffect.reference_shape import LANDMARK_FRAME, MIRROR_ORDER, REFERENCE_SHAPE_XY
from groupaffect.similarity import fit_similarity
from groupaffect.training import augmentation as augment
from groupaffect.training.face_images import (
    LandmarkedFaces,
    load_fer2013,
    load_lfw68,
)
from groupaffect.training.held_out import held_out_rows

SIZE_PX = LANDMARK_FRAME.size_px
REFERENCE_CROP_XY = torch.from_numpy(LANDMARK_FRAME.reference_to_crop(REFERENCE_SHAPE_XY)).float()
UNKNOWN = -1
ROUNDS = 4  # of the smaller set in an epoch, at most


@dataclass(frozen=True, slots=True)
class LandmarkSets:
    """What the network learns from, and what it is measured on.

    Attributes
    ----------
    fer, lfw : faces for training.
    label : (n,) the expressions of ``fer``; -1 where the classifiers are calibrated.
    backgrounds : (m, 96, 96) squares that show no face.
    held_out : named sets of faces.
    """

    fer: LandmarkedFaces
    label: Int[np.ndarray, " n"]
    lfw: LandmarkedFaces
    backgrounds: UInt8[np.ndarray, "m 96 96"]
    held_out: dict[str, LandmarkedFaces]


@dataclass(frozen=True, slots=True)
class LandmarkBatch:
    """Crops with what they show.

    Attributes
    ----------
    points : (n, 68, 2) in crop pixels; meaningless where no face is framed.
    present : (n,) whether a face is framed.
    label : (n,) expressions; -1 where unknown.
    """

    crops: Float[torch.Tensor, "n 1 64 64"]
    points: Float[torch.Tensor, "n 68 2"]
    present: Bool[torch.Tensor, " n"]
    label: Int[torch.Tensor, " n"]


@dataclass(frozen=True, slots=True)
class Mixture:
    """What a batch holds; all ours."""

    faces: int = 128  # half FER-2013 (hard, small), half LFW (sharp)
    backgrounds: int = 12
    share_missed: float = 0.08  # of the faces, framed as by a tracker that lost them
    share_close: float = 0.5  # of the faces, framed as the last pass's points frame them


def load_landmark_sets(data: Path, backgrounds: UInt8[np.ndarray, "m 96 96"]) -> LandmarkSets:
    """Read FER-2013 (faces whose points the teacher found at the first or second try) and LFW."""
    training, public = load_fer2013(data, "train"), load_fer2013(data, "valid").faces
    label = np.where(held_out_rows(training.faces.grey), UNKNOWN, training.label)
    chosen = _with_points(training.faces, attempt=1)
    return LandmarkSets(
        fer=training.faces.where(chosen),
        label=label[chosen],
        lfw=load_lfw68(data, "train"),
        backgrounds=backgrounds,
        held_out={
            "fer2013": public.where(_with_points(public, attempt=0)),
            "lfw": load_lfw68(data, "valid"),
        },
    )


def _with_points(faces: LandmarkedFaces, *, attempt: int) -> np.ndarray:
    return (faces.attempt <= attempt) & ~np.isnan(faces.landmark_xy_px[:, 0, 0])


def n_steps(sets: LandmarkSets, mixture: Mixture) -> int:
    """Return the batches of an epoch, which takes each FER-2013 face once."""
    return len(sets.fer.grey) // (mixture.faces // 2)


def draw_batches(
    sets: LandmarkSets, mixture: Mixture, *, generator: torch.Generator
) -> Iterator[LandmarkBatch]:
    """Yield the batches of an epoch."""
    half = mixture.faces // 2
    samplers = [FaceSampler(faces, generator=generator) for faces in (sets.fer, sets.lfw)]
    device = generator.device
    orders = [
        torch.cat(
            [
                torch.randperm(len(s.images), generator=generator, device=device)
                for _ in range(ROUNDS)
            ]
        )
        for s in samplers
    ]
    patches = torch.from_numpy(sets.backgrounds).to(device)
    label = torch.from_numpy(sets.label).to(device)
    mean_face = REFERENCE_CROP_XY.to(device)
    n_other = half + mixture.backgrounds
    for step in range(n_steps(sets, mixture)):
        chosen = [order[step * half : (step + 1) * half] for order in orders]
        drawn = [
            sampler.draw(rows, missed=mixture.share_missed, close=mixture.share_close)
            for sampler, rows in zip(samplers, chosen, strict=True)
        ]
        crops, points, present = (torch.cat(parts) for parts in zip(*drawn, strict=True))
        walls = draw_backgrounds(patches, mixture.backgrounds, generator=generator)
        n = len(walls)
        yield LandmarkBatch(
            crops=torch.cat([crops, walls]).contiguous(memory_format=torch.channels_last),
            points=torch.cat([points, mean_face.expand(n, -1, -1)]),
            present=torch.cat([present, present.new_zeros(n)]),
            label=torch.cat([label[chosen[0]], label.new_full((n_other,), UNKNOWN)]),
        )


class FaceSampler:
    """Draw disturbed crops with their points from one set of landmarked faces."""

    def __init__(self, faces: LandmarkedFaces, *, generator: torch.Generator) -> None:
        self.generator = generator
        device = generator.device
        framed = REFERENCE_CROP_XY.numpy()[None].repeat(len(faces.grey), 0)
        fit = fit_similarity(framed, faces.landmark_xy_px)
        self.images = torch.from_numpy(faces.grey).to(device)
        self.crop_to_image = torch.from_numpy(fit).float().to(device)
        self.points = torch.from_numpy(faces.landmark_xy_px).to(device)
        self.mirror_order = torch.from_numpy(np.asarray(MIRROR_ORDER)).to(device)

    def draw(self, rows: torch.Tensor, *, missed: float, close: float) -> tuple[torch.Tensor, ...]:
        """Return crops (n, 1, 64, 64), points (n, 68, 2) in crop px, and if a face is framed.

        Parameters
        ----------
        missed, close : shares of framings that miss, and that hardly err.
        """
        n, generator = len(rows), self.generator
        jitter = augment.random_similarity(
            n, rotation_deg=35, log_scale=0.28, shift=0.13 * SIZE_PX, generator=generator
        )
        slight = augment.random_similarity(
            n, rotation_deg=8, log_scale=0.08, shift=0.03 * SIZE_PX, generator=generator
        )
        is_close = self._rand(n) < close
        jitter = torch.where(is_close[:, None, None], slight, jitter)
        present = self._rand(n) >= missed
        jitter = torch.where(present[:, None, None], jitter, self._miss(n))
        jitter, mirrored = augment.mirror_half(jitter, generator=generator)
        moved = augment.about_centre(jitter, size_px=SIZE_PX)
        crop_to_image = augment.compose(self.crop_to_image[rows], moved)
        crops = augment.cut_crops(self.images[rows], crop_to_image, size_px=SIZE_PX)
        points = augment.map_points(augment.invert(crop_to_image), self.points[rows])
        points = torch.where(mirrored[:, None, None], points[:, self.mirror_order], points)
        return _disturb(crops, generator=generator), points, present

    def _miss(self, n: int) -> torch.Tensor:
        """Draw framings that a tracker that lost its face would have."""
        far = augment.random_similarity(
            n, rotation_deg=180, log_scale=0.9, shift=0.2 * SIZE_PX, generator=self.generator
        )
        angle = self._rand(n) * 2 * torch.pi
        distance = (self._rand(n) * 0.6 + 0.55) * SIZE_PX
        far[:, 0, 2] += torch.cos(angle) * distance
        far[:, 1, 2] += torch.sin(angle) * distance
        return far

    def _rand(self, n: int) -> torch.Tensor:
        return torch.rand(n, generator=self.generator, device=self.generator.device)


def _disturb(crops: torch.Tensor, *, generator: torch.Generator) -> torch.Tensor:
    """Blur, compress, cover and relight crops as videos do."""
    crops = augment.blur_some(crops, share=0.25, generator=generator)
    crops = augment.compress_some(crops, share=0.15, generator=generator)
    crops = augment.cut_out(crops, share=0.2, generator=generator)
    return augment.disturb_light(crops, generator=generator)


def draw_backgrounds(patches: torch.Tensor, n: int, *, generator: torch.Generator) -> torch.Tensor:
    """Return (n, 1, 64, 64) crops out of (m, 96, 96) patches that show no face."""
    rows = torch.randint(len(patches), (n,), generator=generator, device=generator.device)
    margin = (patches.shape[-1] - SIZE_PX) / 2
    upright = torch.tensor([[1.0, 0.0, margin], [0.0, 1.0, margin]], device=generator.device)
    upright = upright.repeat(n, 1, 1)
    jitter = augment.random_similarity(
        n, rotation_deg=30, log_scale=0.3, shift=margin / 2, generator=generator
    )
    crops = augment.cut_moved(patches[rows], upright, jitter, size_px=SIZE_PX, generator=generator)
    return _disturb(crops, generator=generator)
