"""Make the appearance model of synthetic people from photographs: two PCAs and class means.

Notable:
- who people are comes from LFW-type photographs, near-frontal, neutral and with closed mouths;
  what expressions add from the FER-2013 faces that FER+ raters agree on most;
- whatever lies along the expressions is taken out of what tells people apart, so that nobody is
  born smiling;
- most of what is lopsided in a face is evened out: it is mostly the light of a photograph;
- faces with glasses are left out: means and modes of them are ghosts;
- sadness is the mean of two kinds: many of FER-2013's sad faces cry, those of the photographs
  are quietly sad; closed-mouthed faces of FER-2013 press their lips and look stern;
- people are drawn at random and kept only where no training person is near.
"""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from jaxtyping import Bool, Float, Int
from PIL import Image
from scipy.spatial import cKDTree
from scipy.spatial.distance import pdist

from groupaffect.evaluation.fer2013 import VOTE_COLUMNS
from groupaffect.reference_shape import MIRROR_ORDER, REFERENCE_SHAPE_XY, RIGID_POINTS
from groupaffect.similarity import apply_similarity, fit_similarity
from groupaffect.synthetic.mesh import add_forehead, texture_mesh
from groupaffect.synthetic.warp import take_texture
from groupaffect.types import EMOTIONS

log = logging.getLogger(__name__)

SAD, NEUTRAL = EMOTIONS.index("sad"), EMOTIONS.index("neutral")


@dataclass(frozen=True, slots=True)
class AppearanceRecipe:
    """How the shipped model was made; ours unless a source is named."""

    n_shape_modes: int = 30
    # more of them, drawn independently of each other, add blotches and no likeness
    n_texture_modes: int = 60
    frontal_share: float = 0.45  # of the photographs, the least lopsided ones
    quiet_frontal_share: float = 0.6  # of them for sadness: few are sad
    closed_gap: float = 0.06  # between the lips, of the mouth's width: a closed mouth
    # of ten FER+ votes, for a clear expression; so few see disgust and fear that less must do
    least_votes: tuple[int, ...] = (8, 5, 6, 10, 7, 9, 8)
    most_faces: int = 1500  # of one emotion
    glasses_share: float = 0.35  # of the photographs, those with the strongest edge on the bridge
    lopsided_share: float = 0.35  # of a photograph's texture that is kept as it is
    # of the people drawn, of the photographs' standard deviations; at 1 they are caricatures
    shape_spread: float = 0.7
    texture_spread: float = 0.8
    n_identities: int = 256
    far_quantile: float = 0.05  # of training identities' distances to their nearest other
    seed: int = 28


@dataclass(frozen=True, slots=True)
class Faces:
    """Faces in the mean frame.

    Attributes
    ----------
    shape : (n, 68, 2) in jaw widths. texture : (n, m) with mean 0 and deviation 1.
    label : (n,) 0..6. identity : (n,) who; -1 where it is not known.
    """

    shape: Float[np.ndarray, "n 68 2"]
    texture: Float[np.ndarray, "n m"]
    label: Int[np.ndarray, " n"]
    identity: Int[np.ndarray, " n"]


def make_arrays(
    data: Path, *, recipe: AppearanceRecipe = AppearanceRecipe()
) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Return the model's arrays as they are stored, and facts for its card.

    Parameters
    ----------
    data : the folder with ``fer2013/`` and ``faces_lfw68.parquet``.
    """
    people, clear = read_people(data, recipe), _read_expressions(data, recipe)
    shape_step, texture_step = _expressions(clear)
    quiet_shape, quiet_texture = _expressions(_read_quiet_sadness(data, recipe))
    shape_step[SAD] = (shape_step[SAD] + quiet_shape[SAD]) / 2
    texture_step[SAD] = (texture_step[SAD] + quiet_texture[SAD]) / 2
    shape_mean = _even(people.shape.mean(axis=0))
    texture_mean = _even_texture(people.texture.mean(axis=0)[None], share=0.0)[0]
    shape = _project_out((people.shape - shape_mean).reshape(len(people.shape), -1), shape_step)
    texture = _even_texture(people.texture - texture_mean, share=recipe.lopsided_share)
    texture = _project_out(texture, texture_step)
    shape_modes, shape_sd = _principal(shape, recipe.n_shape_modes)
    texture_modes, texture_sd = _principal(texture, recipe.n_texture_modes)
    known = np.concatenate(
        [shape @ shape_modes.T / shape_sd, texture @ texture_modes.T / texture_sd], axis=1
    )
    identities, facts = draw_identities(known, people.identity, recipe=recipe)
    arrays = {
        "shape_mean": shape_mean.astype(np.float32),
        "shape_modes": (shape_modes * shape_sd[:, None]).reshape(-1, 68, 2).astype(np.float16),
        "texture_mean": texture_mean.astype(np.float16),
        "expression_shape": shape_step.astype(np.float32),
        "identities": identities.astype(np.float16),
        **_in_steps("texture_modes", texture_modes * texture_sd[:, None]),
        **_in_steps("expression_texture", texture_step),
    }
    counts = {name: int((clear.label == k).sum()) for k, name in enumerate(EMOTIONS)}
    return arrays, {"n_people_photographs": len(people.shape), "n_clear_faces": counts, **facts}


def draw_identities(
    known: Float[np.ndarray, "n c"],
    identity: Int[np.ndarray, " n"],
    *,
    recipe: AppearanceRecipe,
) -> tuple[Float[np.ndarray, "k c"], dict[str, Any]]:
    """Return people far from everybody they were made from, and how far they are.

    Far: the nearest training identity (the mean of somebody's faces) is farther than training
    identities are from the nearest other one, at ``far_quantile``. Distances are in standard
    deviations, over all coefficients; those of the shape come first.

    Parameters
    ----------
    known : (n, c) coefficients of the training faces. identity : (n,) whose they are.
    """
    rng = np.random.default_rng(recipe.seed)
    mean = identity_means(known, identity)
    tree, kept, n_drawn = cKDTree(mean), list[np.ndarray](), 0
    limit = float(np.quantile(tree.query(mean, k=2)[0][:, 1], recipe.far_quantile))
    spread = np.full(known.shape[1], recipe.texture_spread)
    spread[: recipe.n_shape_modes] = recipe.shape_spread
    while len(kept) < recipe.n_identities:
        # as stored: what is kept must be far, not what is rounded
        drawn = (rng.standard_normal(known.shape[1]) * spread).astype(np.float16)
        n_drawn += 1
        if tree.query(drawn.astype(np.float64))[0] > limit:
            kept.append(drawn)
    nearest = tree.query(np.stack(kept).astype(np.float64))[0]
    facts = {
        "limit": round(limit, 3),
        "nearest_training_identity": round(float(nearest.min()), 3),
        "median_nearest_training_identity": round(float(np.median(nearest)), 3),
        "all_pairs_of_training_identities_at_the_quantile": round(
            float(np.quantile(pdist(mean), recipe.far_quantile)), 3
        ),
        "n_drawn": n_drawn,
        "n_kept": len(kept),
        "n_training_identities": len(mean),
    }
    return np.stack(kept), {"distances_in_standard_deviations": facts}


def identity_means(
    known: Float[np.ndarray, "n c"], identity: Int[np.ndarray, " n"]
) -> Float[np.ndarray, "p c"]:
    """Return the mean of each identity's faces, in the order of their numbers."""
    _, place = np.unique(identity, return_inverse=True)
    total = np.zeros((place.max() + 1, known.shape[1]))
    np.add.at(total, place, known)
    return np.asarray(total / np.bincount(place)[:, None])


def read_people(data: Path, recipe: AppearanceRecipe) -> Faces:
    """Read near-frontal, neutral photographs with closed mouths and without glasses."""
    table, points = _read_photographs(data)
    shape = _align(points)
    neutral = np.array(table["emotion"].to_pylist()) == "neutral"
    chosen = _frontal(shape, share=recipe.frontal_share) & neutral & _closed(shape, recipe)
    _, identity = np.unique(table["identity"].to_pylist(), return_inverse=True)
    pictures = table["jpeg_128"].filter(chosen).to_pylist()
    texture = _textures(pictures, points[chosen])
    edge = _bridge_edge(texture)
    bare = edge < np.quantile(edge, 1 - recipe.glasses_share)
    label = np.full(int(bare.sum()), NEUTRAL)
    return Faces(shape[chosen][bare], texture[bare], label, identity[chosen][bare])


def _read_quiet_sadness(data: Path, recipe: AppearanceRecipe) -> Faces:
    """Read near-frontal photographs of sad people, and of neutral ones to compare them with."""
    table, points = _read_photographs(data)
    shape = _align(points, part=RIGID_POINTS)
    emotion = np.array(table["emotion"].to_pylist())
    frontal = _frontal(shape, share=recipe.quiet_frontal_share)
    sad, neutral = (np.flatnonzero(frontal & (emotion == e)) for e in ("sadness", "neutral"))
    neutral = neutral[: recipe.most_faces]
    rows = np.concatenate([sad, neutral])
    texture = _textures(table["jpeg_128"].take(rows).to_pylist(), points[rows])
    label = np.repeat([SAD, NEUTRAL], [len(sad), len(neutral)])
    return Faces(shape[rows], texture, label, np.full(len(rows), -1))


def _read_photographs(data: Path) -> tuple[pa.Table, Float[np.ndarray, "n 68 2"]]:
    table = pq.read_table(data / "faces_lfw68.parquet", filters=[("split", "=", "train")])
    points = np.stack(table["points_xy_px"].to_numpy(zero_copy_only=False))
    return table, points.reshape(-1, 68, 2)


def _read_expressions(data: Path, recipe: AppearanceRecipe) -> Faces:
    """Read the faces whose expression most raters agree on."""
    table = pq.read_table(data / "fer2013/train.parquet", columns=["png", *VOTE_COLUMNS])
    with np.load(data / "fer2013/landmarks68_train.npz", allow_pickle=False) as teacher:
        points, attempt = teacher["points_xy_px"], teacher["attempt"]
    votes = np.stack([table[name].to_numpy() for name in VOTE_COLUMNS], axis=1).astype(int)
    found = (attempt == 0) & ~np.isnan(points).any(axis=(1, 2))
    shape = _align(np.nan_to_num(points), part=RIGID_POINTS)
    clear = votes.max(axis=1) >= np.array(recipe.least_votes)[votes.argmax(axis=1)]
    chosen = found & clear & _frontal(shape, share=recipe.frontal_share)
    rng = np.random.default_rng(recipe.seed)
    rows = np.concatenate(
        [
            rng.permutation(np.flatnonzero(chosen & (votes.argmax(axis=1) == k)))
            for k in range(len(EMOTIONS))
        ]
    )
    label = votes.argmax(axis=1)[rows]
    order = np.concatenate([np.flatnonzero(label == k)[: recipe.most_faces] for k in range(7)])
    rows, label = rows[order], label[order]
    texture = _textures(table["png"].take(rows).to_pylist(), points[rows])
    return Faces(shape[rows], texture, label, np.full(len(rows), -1))


def _expressions(clear: Faces) -> tuple[Float[np.ndarray, "7 68 2"], Float[np.ndarray, "7 m"]]:
    """Return what each expression adds to shape and texture, the same on both sides."""
    present = [k for k in range(len(EMOTIONS)) if (clear.label == k).any()]
    shape, texture = np.zeros((7, 68, 2)), np.zeros((7, clear.texture.shape[1]))
    for k in present:
        chosen = clear.label == k
        shape[k], texture[k] = (
            _even(clear.shape[chosen].mean(axis=0)),
            clear.texture[chosen].mean(0),
        )
    texture = _even_texture(texture, share=0.0)
    return shape - shape[NEUTRAL], texture - texture[NEUTRAL]


def _align(
    points: Float[np.ndarray, "n 68 2"], *, part: slice = slice(None)
) -> Float[np.ndarray, "n 68 2"]:
    """Return shapes in jaw widths, laid on the reference by a part of their points."""
    points = points.astype(np.float64)
    reference = np.repeat(REFERENCE_SHAPE_XY[None, part], len(points), 0)
    return apply_similarity(fit_similarity(points[:, part], reference), points)


def _closed(shape: Float[np.ndarray, "n 68 2"], recipe: AppearanceRecipe) -> Bool[np.ndarray, " n"]:
    lips = np.linalg.norm(shape[:, 61:64] - shape[:, [67, 66, 65]], axis=2).mean(axis=1)
    width = np.linalg.norm(shape[:, 48] - shape[:, 54], axis=1)
    return np.asarray(lips < recipe.closed_gap * width)


def _frontal(shape: Float[np.ndarray, "n 68 2"], *, share: float) -> Bool[np.ndarray, " n"]:
    lopsided = np.abs(shape - shape[:, MIRROR_ORDER] * [-1, 1]).mean(axis=(1, 2))
    return np.asarray(lopsided < np.nanquantile(lopsided, share))


def _textures(
    encoded: list[bytes], points: Float[np.ndarray, "n 68 2"]
) -> Float[np.ndarray, "n m"]:
    """Return each picture's texture with mean 0 and deviation 1 over the inner face."""
    pictures = (np.asarray(Image.open(io.BytesIO(b)).convert("L")) for b in encoded)
    whole = add_forehead(points.astype(np.float64))
    taken = [take_texture(p.astype(np.float32), xy) for p, xy in zip(pictures, whole, strict=True)]
    texture = np.stack(taken)
    inner = texture[:, _inner()]
    return (texture - inner.mean(axis=1, keepdims=True)) / inner.std(axis=1, keepdims=True)


def _inner() -> Bool[np.ndarray, " m"]:
    """Mark the pixels below the brows and within the jaw."""
    mesh = texture_mesh()
    rows, columns = np.nonzero(mesh.inside)
    middle, top = mesh.point_xy_px[27, 0], mesh.point_xy_px[19, 1]
    half = 0.42 * (mesh.point_xy_px[16, 0] - mesh.point_xy_px[0, 0])
    return np.asarray((rows > top) & (np.abs(columns - middle) < half))


def _bridge_edge(texture: Float[np.ndarray, "n m"]) -> Float[np.ndarray, " n"]:
    """Return how sharp the strongest edge across the bridge of the nose is: that of glasses."""
    mesh = texture_mesh()
    picture = np.zeros((len(texture), *mesh.inside.shape), dtype=np.float32)
    picture[:, mesh.inside] = texture
    (left, top), right, bottom = mesh.point_xy_px[[39, 21]].min(0), mesh.point_xy_px[42, 0], 0.0
    bottom = mesh.point_xy_px[29, 1]
    band = picture[:, int(top) : int(bottom), int(left) + 4 : int(right) - 3].mean(axis=2)
    bend = np.abs(np.diff(band, n=2, axis=1))
    return np.asarray(bend.max(axis=1))


def _even(shape: Float[np.ndarray, "68 2"]) -> Float[np.ndarray, "68 2"]:
    return np.asarray((shape + shape[MIRROR_ORDER] * [-1, 1]) / 2)


def _even_texture(texture: Float[np.ndarray, "n m"], *, share: float) -> Float[np.ndarray, "n m"]:
    """Mix textures with the same on both sides; ``share`` is kept as it is."""
    inside = texture_mesh().inside
    picture = np.zeros((len(texture), *inside.shape), dtype=np.float32)
    picture[:, inside] = texture
    both = inside & inside[:, ::-1]
    mirrored = np.where(both, picture[:, :, ::-1], picture)[:, inside]
    return np.asarray(share * texture + (1 - share) * (texture + mirrored) / 2)


def _project_out(rows: Float[np.ndarray, "n c"], steps: np.ndarray) -> Float[np.ndarray, "n c"]:
    """Return rows without what lies along the six expressions."""
    basis, _ = np.linalg.qr(steps[:NEUTRAL].reshape(NEUTRAL, -1).T)
    return np.asarray(rows - (rows @ basis) @ basis.T)


def _principal(
    rows: Float[np.ndarray, "n c"], n_modes: int
) -> tuple[Float[np.ndarray, "k c"], Float[np.ndarray, " k"]]:
    _, size, modes = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    return modes[:n_modes], size[:n_modes] / np.sqrt(len(rows) - 1)


def _in_steps(name: str, rows: Float[np.ndarray, "n m"]) -> dict[str, np.ndarray]:
    """Return rows in 8 bits and the size of one step of each."""
    step = np.maximum(np.abs(rows).max(axis=1) / 127, 1e-9)
    return {
        name: np.round(rows / step[:, None]).astype(np.int8),
        f"{name}_step": step.astype(np.float32),
    }
