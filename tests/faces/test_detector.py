from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from groupaffect.faces.detections import Detections
from groupaffect.faces.detector import (
    box_iou,
    decode_detections,
    detect_faces,
    detector_input_size,
    suppress_overlaps,
)
from groupaffect.media import open_media, read_frames
from groupaffect.settings import MediaSettings


def slow_iou(a: np.ndarray, b: np.ndarray) -> float:
    width = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - width * height
    return width * height / union


def random_boxes(rng: np.random.Generator, n: int) -> np.ndarray:
    corner, side = rng.uniform(0, 60, (n, 2)), rng.uniform(5, 30, (n, 2))
    return np.concatenate([corner, corner + side], axis=1)


def random_maps(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Return the network's four outputs for a 96x64 picture."""
    sizes = (1, 2, 2, 10)
    probability, size, offset, points = (rng.random((k, 16, 24), dtype=np.float32) for k in sizes)
    return probability, 1.0 + size, offset, points


def slow_decode(maps: tuple[np.ndarray, ...], threshold: float) -> list[tuple[float, ...]]:
    """Go through the cells as the authors' decoder does; faces before overlaps are dropped."""
    probability, log_size, offset, points = maps
    faces = []
    for row in range(probability.shape[1]):
        for column in range(probability.shape[2]):
            if probability[0, row, column] <= threshold:
                continue
            height, width = (4 * np.exp(float(log_size[k, row, column])) for k in (0, 1))
            x = (column + float(offset[1, row, column]) + 0.5) * 4 - width / 2
            y = (row + float(offset[0, row, column]) + 0.5) * 4 - height / 2
            five = []
            for point in range(5):
                five.append(x + float(points[2 * point + 1, row, column]) * width)
                five.append(y + float(points[2 * point, row, column]) * height)
            confidence = float(probability[0, row, column])
            faces.append((confidence, x, y, x + width, y + height, *five))
    return faces


def slow_suppress(boxes: np.ndarray, confidence: np.ndarray, iou: float) -> list[int]:
    left, kept = sorted(range(len(boxes)), key=lambda k: -confidence[k]), []
    while left:
        best = left.pop(0)
        kept.append(best)
        left = [k for k in left if slow_iou(boxes[best], boxes[k]) <= iou]
    return kept


def detections(boxes: np.ndarray, confidence: np.ndarray) -> Detections:
    return Detections(boxes, np.zeros((len(boxes), 5, 2)), confidence)


def test_box_iou_equals_slow_twin(rng: np.random.Generator) -> None:
    a, b = random_boxes(rng, 12), random_boxes(rng, 9)
    overlap = box_iou(a, b)
    assert (overlap > 0).any()
    for i, j in np.ndindex(12, 9):
        assert overlap[i, j] == pytest.approx(slow_iou(a[i], b[j]), abs=1e-12)


def test_box_iou_of_a_box_with_itself_is_one_and_of_empty_boxes_zero() -> None:
    box, empty = np.array([[2.0, 3.0, 7.0, 9.0]]), np.array([[5.0, 5.0, 5.0, 5.0]])
    assert box_iou(box, box).tolist() == [[1.0]]
    assert box_iou(empty, empty).tolist() == [[0.0]]


def test_suppress_overlaps_equals_slow_twin(rng: np.random.Generator) -> None:
    boxes, confidence = random_boxes(rng, 60), rng.random(60)
    kept = suppress_overlaps(detections(boxes, confidence), iou=0.3)
    wanted = slow_suppress(boxes, confidence, 0.3)
    assert len(wanted) < 60
    np.testing.assert_array_equal(kept.box_xyxy_px, boxes[wanted])
    np.testing.assert_array_equal(kept.confidence, confidence[wanted])


def test_suppress_overlaps_order_does_not_matter(rng: np.random.Generator) -> None:
    boxes, confidence, order = random_boxes(rng, 30), rng.random(30), rng.permutation(30)
    there = suppress_overlaps(detections(boxes, confidence), iou=0.3)
    here = suppress_overlaps(detections(boxes[order], confidence[order]), iou=0.3)
    np.testing.assert_array_equal(there.box_xyxy_px, here.box_xyxy_px)


def test_suppress_overlaps_of_nothing_is_nothing() -> None:
    assert len(suppress_overlaps(detections(np.empty((0, 4)), np.empty(0)), iou=0.3)) == 0


def test_decode_detections_equals_slow_twin(rng: np.random.Generator) -> None:
    maps = random_maps(rng)
    found = decode_detections(*maps, threshold=0.9)
    faces = np.array(slow_decode(maps, 0.9))
    assert len(faces) > 20
    faces = faces[slow_suppress(faces[:, 1:5], faces[:, 0], 0.3)]
    np.testing.assert_allclose(found.confidence, faces[:, 0], atol=1e-6)
    np.testing.assert_allclose(found.box_xyxy_px, faces[:, 1:5], atol=1e-4)
    np.testing.assert_allclose(found.five_point_xy_px.reshape(-1, 10), faces[:, 5:], atol=1e-4)


def test_decode_detections_above_every_probability_finds_nothing(rng: np.random.Generator) -> None:
    assert len(decode_detections(*random_maps(rng), threshold=1.0)) == 0


@pytest.mark.parametrize(
    ("picture", "target_width_px", "wanted"),
    [
        pytest.param((640, 480), 320, (320, 256), id="room"),
        pytest.param((720, 1280), 320, (320, 576), id="upright"),
        pytest.param((1280, 720), 640, (640, 352), id="call"),
        pytest.param((4000, 20), 320, (320, 32), id="strip"),
        pytest.param((8, 8), 8, (32, 32), id="tiny"),
    ],
)
def test_detector_input_size_is_in_multiples_of_32(
    picture: tuple[int, int], target_width_px: int, wanted: tuple[int, int]
) -> None:
    assert detector_input_size(*picture, target_width_px=target_width_px) == wanted


def test_detect_faces_of_a_flat_picture_finds_nothing() -> None:
    grey = np.full((96, 128, 3), 128, dtype=np.uint8)
    found = detect_faces(grey, picture_size_px=(1280, 960), threshold=0.45)
    assert found.box_xyxy_px.shape == (0, 4)
    assert found.five_point_xy_px.shape == (0, 5, 2)


def test_detect_faces_of_a_real_call_finds_one_in_each_tile(data_dir: Path) -> None:
    media = open_media(data_dir / "clips/groups/acted_2x2_dev.mp4")
    frame = next(read_frames(media, MediaSettings(end_s=0.1), on_warning=pytest.fail))
    size = detector_input_size(1280, 720, target_width_px=640)
    found = detect_faces(frame.rgb(*size), picture_size_px=(1280, 720), threshold=0.45)
    centre = (found.box_xyxy_px[:, :2] + found.box_xyxy_px[:, 2:]) / 2
    tiles = {(bool(x > 640), bool(y > 360)) for x, y in centre}
    assert len(found) == len(tiles) == 4
    left_eye, right_eye = found.five_point_xy_px[:, 0], found.five_point_xy_px[:, 1]
    assert (left_eye[:, 0] < right_eye[:, 0]).all()
    low, high = found.box_xyxy_px[:, None, :2], found.box_xyxy_px[:, None, 2:]
    assert ((found.five_point_xy_px > low) & (found.five_point_xy_px < high)).all()
