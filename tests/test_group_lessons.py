"""Labels for a person know nothing of the person, and are what the pipeline makes of the others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from groupaffect.fusion.mix import fuse
from groupaffect.group_lessons import (
    MembersRead,
    correct_member,
    fuse_read,
    judge_homogeneity,
    label_by_others,
    mean_of_others,
)
from groupaffect.person_profile import Shift
from groupaffect.personal.teaching import PersonRows
from groupaffect.pipeline import analyse_stored
from groupaffect.settings import FusionSettings, PersonalSettings, Settings, preset
from groupaffect.types import ParticipantFacts
from reference.folded_session import make_readings

NAMES = ("P1", "P2", "P3", "P4")
RULES = [preset("default"), replace(Settings(), fusion=FusionSettings(rule="paper"))]


def made(rng: np.random.Generator, n_s: int = 120) -> MembersRead:
    label = np.repeat(rng.integers(0, 7, (n_s // 6, 4)), 6, axis=0)
    image, landmark = (
        0.7 * np.eye(7)[label] + 0.3 * rng.dirichlet(np.ones(7), label.shape) for _ in range(2)
    )
    gone = rng.random(label.shape) < 0.1
    image[gone], landmark[gone] = np.nan, np.nan
    quality = np.where(gone, np.nan, rng.uniform(0.2, 1.0, label.shape))
    return MembersRead(NAMES, image, landmark, quality)


@pytest.mark.parametrize("settings", RULES, ids=["default", "paper"])
def test_labels_do_not_depend_on_the_person_in_any_bit(
    rng: np.random.Generator, settings: Settings
) -> None:
    read = made(rng)
    other = made(np.random.default_rng(5))
    image, landmark, quality = read.image.copy(), read.landmark.copy(), read.quality.copy()
    image[:, 1], landmark[:, 1] = other.image[:, 1], other.landmark[:, 1]
    quality[:, 1] = other.quality[:, 1]
    changed = MembersRead(NAMES, image, landmark, quality)
    labels, again = (
        label_by_others(one, "P2", settings=settings, personal=PersonalSettings())
        for one in (read, changed)
    )
    np.testing.assert_array_equal(labels.probability, again.probability)
    whole = [fuse_read(one, settings) for one in (read, changed)]
    others = [np.delete(one, 1, axis=1) for one in whole]
    if settings.fusion.rule == "paper":
        assert not np.array_equal(*others, equal_nan=True), "what leaving out is there for"


@pytest.mark.parametrize("settings", RULES, ids=["default", "paper"])
def test_fused_seconds_are_those_of_the_pipeline(settings: Settings) -> None:
    readings = make_readings(40, NAMES, joined_s={"P4": 11.0})
    facts = tuple(ParticipantFacts(name, name, None, None, None, None, 0.0) for name in NAMES)
    analysis = analyse_stored(readings, settings, end_s=40.0, participants=facts)

    def column(source: str, field: str = "probability") -> np.ndarray:
        return np.stack([getattr(s, field) for s in analysis.signals if s.source == source], axis=1)

    quality = np.fmax(column("image", "quality"), column("landmark", "quality"))
    read = MembersRead(NAMES, column("image"), column("landmark"), quality)
    np.testing.assert_allclose(fuse_read(read, settings), column("fused"), atol=1e-12)


def test_labels_are_the_mean_of_the_others_as_fused_among_themselves(
    rng: np.random.Generator,
) -> None:
    read, settings = made(rng), replace(Settings(), fusion=FusionSettings(rule="fixed"))
    personal = PersonalSettings(min_visible_share=0.0)
    labels = label_by_others(read, "P1", settings=settings, personal=personal)
    fused = fuse(read.image, read.landmark, 0.5)[:, 1:]
    some = ~np.isnan(fused[..., 0]).all(axis=1)
    np.testing.assert_allclose(labels.probability[some], np.nanmean(fused[some], axis=1))


def test_mean_of_others_leaves_the_person_out(rng: np.random.Generator) -> None:
    read = made(rng)
    mean = mean_of_others(read, "P1")["landmark"]
    some = ~np.isnan(read.landmark[:, 1:, 0]).all(axis=1)
    np.testing.assert_allclose(mean[some], np.nanmean(read.landmark[some, 1:], axis=1))


def test_correct_member_changes_the_person_alone(rng: np.random.Generator) -> None:
    read = made(rng)
    n = len(read)
    rows = PersonRows(
        np.arange(n, dtype=np.float64),
        read.quality[:, 2],
        {"image": read.image[:, 2], "landmark": read.landmark[:, 2]},
        {},
    )
    bias = np.array([0.0, 0, 0, 1.0, 0, 0, 0])
    new = correct_member(read, "P3", rows, {"image": Shift(bias), "landmark": Shift(np.zeros(7))})
    np.testing.assert_array_equal(np.delete(new.image, 2, axis=1), np.delete(read.image, 2, axis=1))
    np.testing.assert_allclose(new.landmark[:, 2], read.landmark[:, 2], atol=1e-5)
    odds = [p[:, 2, 3] / p[:, 2, 6] for p in (read.image, new.image)]
    seen = ~np.isnan(odds[0])
    np.testing.assert_allclose(np.log(odds[1] / odds[0])[seen], 1.0, atol=1e-3)


def test_judge_homogeneity_tells_people_alike_from_others(rng: np.random.Generator) -> None:
    apart = made(rng, 600)
    one = [np.repeat(p[:, :1], 4, axis=1) for p in (apart.image, apart.landmark)]
    alike = MembersRead(NAMES, *one, np.repeat(apart.quality[:, :1], 4, axis=1))
    found = [
        judge_homogeneity(read, (0, 600), settings=preset("default")) for read in (alike, apart)
    ]
    assert found[0] is not None
    assert found[1] is not None
    assert found[0].low > 0.1
    assert found[1].low < 0.02
    assert judge_homogeneity(apart, (0, 0), settings=preset("default")) is None
