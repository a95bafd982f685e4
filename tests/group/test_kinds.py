from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from groupaffect.group.chance import Finding
from groupaffect.group.kinds import UNDETERMINED, KindsOfGroup, describe_kinds
from groupaffect.group.labels import label_group, label_member
from groupaffect.settings import GroupSettings
from groupaffect.types import GROUP_KINDS

SETTINGS = GroupSettings()


def made_members(
    rng: np.random.Generator, *, n_seconds: int, shared: list[float]
) -> tuple[list[np.ndarray], np.ndarray]:
    """Return changes and one-hot expressions; each member takes a share from a common series."""
    common = rng.random(n_seconds) < 0.1
    mood = np.cumsum(common) % 7
    change_s, series = [], []
    for share in shared:
        takes = rng.random(n_seconds) < share
        own = rng.random(n_seconds) < 0.1
        change_s.append(np.flatnonzero(np.where(takes, common, own)))
        label = np.where(rng.random(n_seconds) < share, mood, rng.integers(7, size=n_seconds))
        series.append(np.eye(7)[label])
    return change_s, np.stack(series, axis=1)


def describe(change_s: list[np.ndarray], probability: np.ndarray, **more: float) -> KindsOfGroup:
    names = [f"P{k + 1}" for k in range(probability.shape[1])]
    settings = {"settings": SETTINGS, "start_s": 0.0} | more
    return describe_kinds(change_s, probability, participants=names, **settings)


def test_members_in_step_are_engaged_synchronous_and_homogeneous(
    rng: np.random.Generator,
) -> None:
    found = describe(*made_members(rng, n_seconds=600, shared=[0.8, 0.8, 0.8]))
    assert [s.kind for s in found.states] == ["synchronous", "homogeneous", *["engaged"] * 3]
    assert [s.measure for s in found.states][:2] == ["synchrony", "homogeneity"]
    assert [s.participants for s in found.states] == [(), (), ("P1",), ("P2",), ("P3",)]
    assert (found.engaged == 1).all()
    assert (found.n_engaged == 3).all()
    assert all(s.low <= s.effect <= s.high and s.p <= 0.05 for s in found.states)


def test_same_cadence_with_other_expressions_is_synchronous_only(
    rng: np.random.Generator,
) -> None:
    change_s, _ = made_members(rng, n_seconds=900, shared=[0.9] * 4)
    label = [np.random.default_rng(k).integers(7, size=900) for k in range(4)]
    found = describe(change_s, np.stack([np.eye(7)[one] for one in label], axis=1))
    assert [s.kind for s in found.states[:2]] == ["synchronous", "undetermined"]


def test_one_who_goes_another_way_is_unengaged_and_the_others_are_not(
    rng: np.random.Generator,
) -> None:
    found = describe(*made_members(rng, n_seconds=3600, shared=[0.7, 0.7, 0.7, 0.0]))
    whole = found.states[2:6]
    assert [s.kind for s in whole[:3]] == ["engaged"] * 3
    assert (whole[3].kind, whole[3].high < 0.1) == ("unengaged", True)


def test_independent_members_are_not_called_engaged(rng: np.random.Generator) -> None:
    found = describe(*made_members(rng, n_seconds=600, shared=[0.0] * 4))
    assert {s.kind for s in found.states} <= {"undetermined", "unengaged"}


def test_an_hour_has_the_whole_first_and_then_stretches(rng: np.random.Generator) -> None:
    found = describe(*made_members(rng, n_seconds=2000, shared=[0.5, 0.5]), start_s=30.0)
    bounds = [(s.start_s, s.end_s) for s in found.states[::4]]
    assert bounds == [
        *[(30.0, 2030.0), (30.0, 630.0), (330.0, 930.0), (630.0, 1230.0), (930.0, 1530.0)],
        *[(1230.0, 1830.0), (1430.0, 2030.0)],
    ]


def test_synchrony_of_a_stretch_equals_its_seconds_alone(rng: np.random.Generator) -> None:
    change_s, probability = made_members(rng, n_seconds=1500, shared=[0.5, 0.5, 0.5])
    whole = describe(change_s, probability)
    alone = describe(change_s, probability[300 - SETTINGS.settle_s : 900], start_s=240.0)
    stretch = [s for s in whole.states if (s.start_s, s.end_s) == (300.0, 900.0)]
    for here, there in zip(stretch, alone.states, strict=True):
        assert here.measure == there.measure
        if here.measure == "synchrony":
            assert (here.effect, here.low, here.p) == pytest.approx(
                (there.effect, there.low, there.p)
            )
            assert here.n_windows == there.n_windows == 60


def test_engagement_follows_the_stretches(rng: np.random.Generator) -> None:
    first = made_members(rng, n_seconds=1800, shared=[0.8] * 3)
    then = made_members(rng, n_seconds=1800, shared=[0.0] * 3)
    change_s = [np.concatenate([a, b + 1800]) for a, b in zip(first[0], then[0], strict=True)]
    found = describe(change_s, np.concatenate([first[1], then[1]]))
    assert (found.engaged[:1500] == 1).all()
    assert (found.engaged[2100:] == 1).mean() < 0.1


def test_unseen_seconds_are_undetermined(rng: np.random.Generator) -> None:
    change_s, probability = made_members(rng, n_seconds=600, shared=[0.8] * 3)
    probability[100:150, 1] = np.nan
    found = describe(change_s, probability)
    assert (found.engaged[100:150, 1] == UNDETERMINED).all()
    assert found.n_engaged[[99, 100]].tolist() == [3, 2]


def test_member_seen_too_little_is_not_judged_and_takes_nothing_from_the_others(
    rng: np.random.Generator,
) -> None:
    change_s, probability = made_members(rng, n_seconds=600, shared=[0.8] * 3)
    probability[: int(0.35 * 600), 2] = np.nan
    found = describe(change_s, probability)
    assert found.states[4].kind == "insufficient_data"
    assert found.states[4].reason == "seen for 65% of the time only"
    alone = describe(change_s[:2], probability[:, :2])
    assert [s.effect for s in found.states[:4]] == [s.effect for s in alone.states]


BAD = {
    "nobody": np.empty((600, 0, 7)),
    "one member": np.full((600, 1, 7), 1 / 7),
    "never visible": np.full((600, 3, 7), np.nan),
    "one second": np.full((1, 3, 7), 1 / 7),
    "no second": np.empty((0, 3, 7)),
    "constant": np.full((600, 3, 7), 1 / 7),
    "two, one mostly missing": np.concatenate(
        [
            np.full((600, 1, 7), 1 / 7),
            np.where(np.arange(600) < 100, 1 / 7, np.nan)[:, None, None] + np.zeros((600, 1, 7)),
        ],
        axis=1,
    ),
}


@pytest.mark.parametrize("probability", BAD.values(), ids=BAD)
def test_bad_input_is_insufficient_data_with_a_reason(probability: np.ndarray) -> None:
    n_members = probability.shape[1]
    found = describe([np.arange(0, 90, 7)] * n_members, probability)
    assert {s.kind for s in found.states} <= {"insufficient_data"}
    assert all(s.reason for s in found.states)
    assert np.isnan([(s.effect, s.low, s.high, s.p) for s in found.states]).all()
    assert len(found.states) == 2 + n_members
    assert found.engaged.shape == probability.shape[:2]


def test_group_is_what_most_members_are_where_it_is_not_synchronous() -> None:
    found = Finding(0.1, -0.1, 0.3, 0.2, 60)
    cases = {
        ("engaged", "undetermined"): "engaged",
        ("unengaged", "unengaged", "undetermined"): "unengaged",
        ("unengaged", "undetermined"): "undetermined",
        ("engaged", "insufficient_data"): "engaged",
        ("engaged", "unengaged", "unengaged"): "unengaged",
    }
    for members, kind in cases.items():
        assert label_group(found, members, settings=SETTINGS)[0] == kind


def test_other_settings_are_followed(rng: np.random.Generator) -> None:
    change_s, probability = made_members(rng, n_seconds=200, shared=[0.8] * 3)
    assert describe(change_s, probability).states[0].kind == "insufficient_data"
    short = replace(SETTINGS, count_window_s=5, min_shift_s=5, settle_s=0)
    found = describe(change_s, probability, settings=short)
    assert found.states[0].kind == "synchronous"
    assert found.states[0].n_windows == 40


def test_reasons_hold_no_names_and_kinds_are_known(rng: np.random.Generator) -> None:
    found = describe(*made_members(rng, n_seconds=1500, shared=[0.6, 0.6, 0.0]))
    assert {s.kind for s in found.states} <= set(GROUP_KINDS)
    assert not [s for s in found.states if "P1" in s.reason]


def test_member_beyond_chance_alone_but_not_after_correction_is_told_so() -> None:
    kind, reason = label_member(Finding(0.2, 0.04, 0.4, 0.13, 60), settings=GroupSettings())
    assert (kind, reason) == ("undetermined", "beyond chance alone, not among all members asked")
