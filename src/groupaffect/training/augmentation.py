"""Cut training crops by the same geometry as at run time, and disturb them.

Coordinates follow ``reference_shape``: pixel centres at whole numbers, pictures
continued past their border by their edge pixels, bilinear sampling. All is drawn on the
generator's device, where the pictures must be; no size depends on what was drawn, so that a GPU
never waits.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812 (the field's name for it)
from jaxtyping import Float

Transforms = Float[torch.Tensor, "n 2 3"]
Crops = Float[torch.Tensor, "n 1 size size"]


def random_similarity(
    n: int, *, rotation_deg: float, log_scale: float, shift: float, generator: torch.Generator
) -> Transforms:
    """Draw similarities about the origin, uniform in rotation, log scale and shift (each +-)."""

    def uniform(limit: float) -> torch.Tensor:
        return (_rand(n, generator=generator) * 2 - 1) * limit

    angle = uniform(math.radians(rotation_deg))
    scale = torch.exp(uniform(log_scale))
    cosine, sine = scale * torch.cos(angle), scale * torch.sin(angle)
    rows = [cosine, -sine, uniform(shift), sine, cosine, uniform(shift)]
    return torch.stack(rows, dim=1).view(n, 2, 3)


def compose(outer: Transforms, inner: Transforms) -> Transforms:
    """Return the transforms that apply ``inner`` first and ``outer`` second."""
    linear = outer[:, :, :2] @ inner[:, :, :2]
    shift = outer[:, :, :2] @ inner[:, :, 2:] + outer[:, :, 2:]
    return torch.cat([linear, shift], dim=2)


def invert(transform: Transforms) -> Transforms:
    """Return the inverse transforms."""
    (a, b), (c, d) = transform[:, :, :2].permute(1, 2, 0)
    determinant = a * d - b * c
    linear = torch.stack([d, -b, -c, a], dim=1).view(-1, 2, 2) / determinant[:, None, None]
    return torch.cat([linear, -linear @ transform[:, :, 2:]], dim=2)


def about_centre(transform: Transforms, *, size_px: int) -> Transforms:
    """Return the transforms applied about a crop's centre instead of its corner."""
    middle = (size_px - 1) / 2
    shift = transform.new_tensor([[1.0, 0.0, middle], [0.0, 1.0, middle]])
    shift = shift.expand(len(transform), 2, 3)
    return compose(shift, compose(transform, invert(shift)))


def map_points(transform: Transforms, xy: torch.Tensor) -> torch.Tensor:
    """Map (n, p, 2) points by (n, 2, 3) transforms."""
    return xy @ transform[:, :, :2].transpose(1, 2) + transform[:, None, :, 2]


def cut_crops(images: torch.Tensor, crop_to_image: Transforms, *, size_px: int) -> Crops:
    """Sample (n, height, width) images at crop pixels mapped to theirs; values stay 0..255."""
    height, width = images.shape[1:]
    steps = torch.arange(size_px, dtype=torch.float32, device=images.device)
    y, x = torch.meshgrid(steps, steps, indexing="ij")
    crop_xy = torch.stack([x, y], dim=-1).view(1, -1, 2).expand(len(images), -1, -1)
    image_xy = map_points(crop_to_image, crop_xy)
    grid = image_xy / image_xy.new_tensor([width - 1, height - 1]) * 2 - 1
    return F.grid_sample(
        images[:, None].float(),
        grid.view(len(images), size_px, size_px, 2),
        mode="bilinear",
        padding_mode="border",
        align_corners=True,
    )


def mirror_half(
    transform: Transforms, *, generator: torch.Generator
) -> tuple[Transforms, torch.Tensor]:
    """Mirror about half of the transforms left to right; return them and which these are."""
    mirrored = _rand(len(transform), generator=generator) < 0.5
    sign = torch.where(mirrored, -1.0, 1.0)
    along_x = torch.stack([sign, torch.ones_like(sign), torch.ones_like(sign)], dim=1)
    return transform * along_x[:, None], mirrored


def cut_moved(
    images: torch.Tensor,
    crop_to_image: Transforms,
    jitter: Transforms,
    *,
    size_px: int,
    generator: torch.Generator,
) -> Crops:
    """Cut crops whose frames are moved about their centres, half of them mirrored."""
    jitter, _ = mirror_half(jitter, generator=generator)
    transform = compose(crop_to_image, about_centre(jitter, size_px=size_px))
    return cut_crops(images, transform, size_px=size_px)


def disturb_light(crops: Crops, *, generator: torch.Generator) -> Crops:
    """Change gamma, contrast and brightness, and add sensor noise; each face its own draw."""
    n = len(crops)

    def uniform(low: float, high: float) -> torch.Tensor:
        return (_rand(n, generator=generator) * (high - low) + low).view(n, 1, 1, 1)

    crops = 255 * (crops / 255).clamp(1e-4, 1).pow(torch.exp(uniform(-0.4, 0.4)))
    crops = (crops - 128) * uniform(0.6, 1.3) + 128 + uniform(-30, 30)
    noise = torch.randn(crops.shape, generator=generator, device=generator.device)
    return (crops + noise * uniform(0, 1).pow(2) * 12).clamp(0, 255)


def blur_some(crops: Crops, *, share: float, generator: torch.Generator) -> Crops:
    """Replace a share of the crops by a coarse copy (half or a third of the samples)."""
    size = crops.shape[-1]
    draw = _rand(len(crops), generator=generator)
    blurred = crops
    for factor, low, high in ((2, 0.0, share * 0.6), (3, share * 0.6, share)):
        chosen = (draw >= low) & (draw < high)
        small = F.interpolate(crops, size=size // factor, mode="area")
        coarse = F.interpolate(small, size=size, mode="bilinear")
        blurred = torch.where(chosen[:, None, None, None], coarse, blurred)
    return blurred


def cut_out(crops: Crops, *, share: float, generator: torch.Generator) -> Crops:
    """Cover one random square (up to two fifths of the side) of a share of the crops."""
    n, size = len(crops), crops.shape[-1]
    side = _rand(n, generator=generator) * 0.3 + 0.1
    centre = _rand(n, 2, generator=generator)
    tone = _rand(n, generator=generator) * 255
    covered = _rand(n, generator=generator) < share
    at = (torch.arange(size, dtype=torch.float32, device=crops.device) + 0.5) / size
    in_x = (at[None] - centre[:, :1]).abs() < side[:, None] / 2
    in_y = (at[None] - centre[:, 1:]).abs() < side[:, None] / 2
    mask = (in_y[:, :, None] & in_x[:, None, :] & covered[:, None, None])[:, None]
    return torch.where(mask, tone.view(n, 1, 1, 1), crops)


def compress_some(crops: Crops, *, share: float, generator: torch.Generator) -> Crops:
    """Coarsen the 8x8 cosine coefficients of a share of the crops, as JPEG and video codecs do.

    The quantiser grows with frequency (1 + row + column, scaled by 2 to 14 grey levels), and the
    grid of blocks is shifted at random. Sides must be multiples of 8.
    """
    n, size = len(crops), crops.shape[-1]
    chosen = _rand(n, generator=generator) < share
    strength = 2 * 7 ** _rand(n, generator=generator)
    shift = torch.randint(8, (2,), generator=generator, device=generator.device)
    step = torch.arange(8, dtype=torch.float32, device=crops.device)
    cosine = torch.cos(math.pi * (step[None] + 0.5) * step[:, None] / 8) * 0.5
    cosine[0] /= math.sqrt(2)
    blocks = _rolled(crops, shift).reshape(-1, size // 8, 8, size // 8, 8).transpose(2, 3)
    quantiser = (1 + step[:, None] + step[None]) * strength.view(-1, 1, 1, 1, 1)
    coefficients = cosine @ blocks @ cosine.T
    blocks = cosine.T @ ((coefficients / quantiser).round() * quantiser) @ cosine
    coarse = blocks.transpose(2, 3).reshape(-1, 1, size, size)
    coarse = _rolled(coarse, -shift).clamp(0, 255)
    return torch.where(chosen[:, None, None, None], coarse, crops)


def _rolled(crops: Crops, shift: torch.Tensor) -> Crops:
    """Shift pictures down and right by drawn numbers of pixels; what leaves comes in again."""
    at = torch.arange(crops.shape[-1], device=crops.device)
    rows, columns = ((at - by) % crops.shape[-1] for by in shift)
    return crops[:, :, rows[:, None], columns]


def _rand(*shape: int, generator: torch.Generator) -> torch.Tensor:
    return torch.rand(*shape, generator=generator, device=generator.device)
