"""A profile gives the same when a recording is analysed and when its session is computed again."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from groupaffect import analyze, load_session, reanalyze
from groupaffect.errors import OutputError
from groupaffect.expression.network_reading import embedding_width
from groupaffect.inference import network_sha256
from groupaffect.person_profile import Origin, PersonProfile, Shift
from groupaffect.types import Model
from reference.folded_session import table_bytes

NETWORKS = ("image_model", "landmark_model")


def made_head(rng: np.random.Generator) -> PersonProfile:
    def shift(network: str) -> Shift:
        width = embedding_width(network)
        return Shift(rng.normal(0, 1, 7), rng.normal(0, 0.3, (7, width)), rng.normal(0, 1, width))

    models: tuple[Model, ...] = ("image", "landmark")
    return PersonProfile(
        participant="P1",
        adapter="head",
        teacher="group",
        shift={model: shift(name) for model, name in zip(models, NETWORKS, strict=True)},
        networks={f"expression/{n}": network_sha256("expression", n) for n in NETWORKS},
        origins=(),
    )


def test_analysed_and_computed_again_with_a_head_are_equal(
    tmp_path: Path, data_dir: Path, rng: np.random.Generator
) -> None:
    clip = next(iter(sorted((data_dir / "clips" / "mead").glob("*.mp4"))))
    profile = made_head(rng)
    plain = analyze(clip, output=tmp_path / "a", keep_embeddings=True)
    given = reanalyze(plain.path, profiles={"P1": profile})
    first = analyze(clip, output=tmp_path / "b", keep_embeddings=True, profiles={"P1": profile})
    assert table_bytes(first.path) == table_bytes(given.path)
    origin = Origin("", plain.record.media.sha256, "P7", ((0.0, 1.0),), 60, {})
    profile = dataclasses.replace(profile, origins=(origin,))
    without = analyze(clip, output=tmp_path / "c", profiles={"P1": profile})
    assert any("was learned from another id of this recording" in told for told in without.warnings)
    assert not without.has_embeddings
    for one, other in zip(first.signals, without.signals, strict=True):
        np.testing.assert_array_equal(one.probability, other.probability)
    before = plain.path / "history" / "1" / "signals.parquet"
    assert before.read_bytes() != (first.path / "signals.parquet").read_bytes()
    with pytest.raises(OutputError, match="one without embeddings"):
        analyze(clip, output=tmp_path / "c", keep_embeddings=True, profiles={"P1": profile})
    with pytest.raises(OutputError, match="other personal profiles"):
        analyze(clip, output=tmp_path / "c")
    assert load_session(tmp_path / "c").record.profiles
