"""Labelled sets of pictures that no camera took."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from groupaffect.reference_shape import REFERENCE_SHAPE_XY

RNG = np.random.default_rng(7)
# Of a face that fills a picture of 48 pixels.
FACE_POINTS = 37.0 * REFERENCE_SHAPE_XY + 24.0


def noise(size_px: int = 48) -> np.ndarray:
    return RNG.integers(0, 256, (size_px, size_px), dtype=np.uint8)


def encoded(pixels: np.ndarray | Image.Image | None = None, kind: str = "PNG") -> bytes:
    """Return an image file's bytes."""
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(_or_noise(pixels))
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def _or_noise(pixels: np.ndarray | None) -> np.ndarray:
    return noise() if pixels is None else pixels


def pixel_text(pixels: np.ndarray | None = None) -> str:
    """Return pixels as Kaggle writes them."""
    return " ".join(str(value) for value in _or_noise(pixels).ravel())


def write_csv(
    path: Path,
    rows: Iterable[Sequence[object]],
    header: Sequence[str] = ("emotion", "pixels", "Usage"),
) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def write_parquet(path: Path, **columns: object) -> Path:
    pq.write_table(pa.table(columns), path, row_group_size=3)
    return path


def write_folder(path: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path
