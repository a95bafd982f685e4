"""Draw disturbed crops of all faces of a set: one view of them for each epoch."""

from __future__ import annotations

import torch
from jaxtyping import UInt8

from groupaffect.reference_shape import IMAGE_FRAME
from groupaffect.training import augmentation as augment

SIZE_PX = IMAGE_FRAME.size_px
AT_ONCE = 1024  # faces


def draw_view(
    images: torch.Tensor, crop_to_image: torch.Tensor, *, seed: int
) -> UInt8[torch.Tensor, "n 1 48 48"]:
    """Return a disturbed crop of each face, the same for the same seed and kind of device.

    Parameters
    ----------
    images : (n, 48, 48) uint8 stills. crop_to_image : (n, 2, 3) where their faces are.
    """
    generator = torch.Generator(device=images.device).manual_seed(seed)
    parts = zip(images.split(AT_ONCE), crop_to_image.split(AT_ONCE), strict=True)
    return torch.cat(
        [
            disturbed_crops(some, where, generator=generator).round().to(torch.uint8)
            for some, where in parts
        ]
    )


def disturbed_crops(
    images: torch.Tensor, crop_to_image: torch.Tensor, *, generator: torch.Generator
) -> torch.Tensor:
    """Return crops moved, turned, mirrored, relit, blurred, compressed and partly covered."""
    jitter = augment.random_similarity(
        len(images), rotation_deg=12, log_scale=0.12, shift=0.06 * SIZE_PX, generator=generator
    )
    crops = augment.cut_moved(images, crop_to_image, jitter, size_px=SIZE_PX, generator=generator)
    crops = augment.blur_some(crops, share=0.2, generator=generator)
    crops = augment.compress_some(crops, share=0.2, generator=generator)
    crops = augment.cut_out(crops, share=0.3, generator=generator)
    return augment.disturb_light(crops, generator=generator)
