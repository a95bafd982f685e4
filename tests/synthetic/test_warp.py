from __future__ import annotations

import numpy as np

from groupaffect.reference_shape import REFERENCE_SHAPE_XY
from groupaffect.synthetic.mesh import TEXTURE_FRAME, add_forehead, texture_mesh
from groupaffect.synthetic.warp import put_texture, sample, take_texture


def smooth_picture(rng: np.random.Generator, size: int) -> np.ndarray:
    y, x = np.mgrid[:size, :size] / size
    a, b, c = rng.uniform(2, 5, 3)
    return (128 + 60 * np.sin(a * x + b * y) + 40 * np.cos(c * y)).astype(np.float32)


def moved_points(rng: np.random.Generator) -> np.ndarray:
    shape = REFERENCE_SHAPE_XY + rng.normal(0, 0.012, (68, 2))
    return add_forehead(shape) * 90 + [100.0, 110.0]


def test_texture_of_the_mean_shape_is_the_picture_itself(rng: np.random.Generator) -> None:
    mesh = texture_mesh()
    picture = smooth_picture(rng, TEXTURE_FRAME.size_px)
    taken = take_texture(picture, mesh.point_xy_px)
    np.testing.assert_allclose(taken, picture[mesh.inside], atol=1e-3)


def test_texture_drawn_on_the_mean_shape_is_the_texture_itself(rng: np.random.Generator) -> None:
    mesh = texture_mesh()
    texture = smooth_picture(rng, TEXTURE_FRAME.size_px)[..., None]
    pixels, (left, top) = put_texture(texture, mesh.point_xy_px)
    height, width = pixels.shape[:2]
    same = texture[top : top + height, left : left + width]
    drawn = pixels != 0
    assert drawn.mean() > 0.6
    np.testing.assert_allclose(pixels[drawn], same[drawn], atol=0.5)


def test_texture_taken_from_where_it_was_drawn_comes_back(rng: np.random.Generator) -> None:
    mesh, points = texture_mesh(), moved_points(rng)
    texture = smooth_picture(rng, TEXTURE_FRAME.size_px)
    picture = np.zeros((260, 240), dtype=np.float32)
    pixels, (left, top) = put_texture(texture[..., None], points)
    height, width = pixels.shape[:2]
    picture[top : top + height, left : left + width] = pixels[..., 0]
    taken = take_texture(picture, points)
    assert np.median(np.abs(taken - texture[mesh.inside])) < 1.0


def test_put_texture_equals_its_slow_twin(rng: np.random.Generator) -> None:
    mesh, points = texture_mesh(), moved_points(rng)
    texture = smooth_picture(rng, TEXTURE_FRAME.size_px)
    pixels, (left, top) = put_texture(texture[..., None], points)
    for _ in range(200):
        # a point well within a triangle goes to the same share of the texture's triangle
        triangle = mesh.triangle[rng.integers(len(mesh.triangle))]
        corners = points[triangle]
        area = np.linalg.det(np.stack([corners[1] - corners[0], corners[2] - corners[0]])) / 2
        if abs(area) < 60:
            continue
        x, y = np.round(corners.mean(axis=0)).astype(int)
        share = np.linalg.solve(np.vstack([corners.T, np.ones(3)]), [x, y, 1.0])
        place = share @ mesh.point_xy_px[triangle]
        wanted = sample(texture[..., None], *place[:, None])[0, 0]
        assert abs(pixels[y - top, x - left, 0] - wanted) < 0.05


def test_sample_between_pixels_is_bilinear() -> None:
    picture = np.array([[0.0, 10.0], [20.0, 30.0]], dtype=np.float32)[..., None]
    places = np.array([[0.5, 0.0], [0.0, 0.25], [0.5, 0.5], [-3.0, 9.0]])
    np.testing.assert_allclose(sample(picture, *places.T)[:, 0], [5, 5, 15, 20], atol=0.05)


def test_forehead_moves_with_the_face(rng: np.random.Generator) -> None:
    turn = np.array([[0.8, -0.6], [0.6, 0.8]])
    shape = REFERENCE_SHAPE_XY + rng.normal(0, 0.02, (68, 2))
    np.testing.assert_allclose(
        add_forehead(shape @ turn.T + [3.0, 4.0]), add_forehead(shape) @ turn.T + [3.0, 4.0]
    )


def test_no_triangle_of_the_mesh_is_turned_over() -> None:
    mesh = texture_mesh()
    corners = mesh.point_xy_px[mesh.triangle]
    edges = corners[:, 1:] - corners[:, :1]
    area = edges[:, 0, 0] * edges[:, 1, 1] - edges[:, 0, 1] * edges[:, 1, 0]
    assert (np.sign(area) == np.sign(area[0])).all()
    assert (mesh.share >= -1e-9).all()
    np.testing.assert_allclose(mesh.share.sum(axis=1), 1)


def test_mouth_of_the_texture_frame_is_open() -> None:
    inner = texture_mesh().point_xy_px[[61, 62, 63, 67, 66, 65]]
    assert (inner[3:, 1] - inner[:3, 1]).min() > 6
