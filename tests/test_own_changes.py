from __future__ import annotations

from dataclasses import replace

import numpy as np

from groupaffect.own_changes import OwnChanges, find_own_changes
from groupaffect.settings import FusionSettings, Settings, SignalSettings
from reference.random_expressions import random_members
from reference.slow_changes import slow_outcomes

NAMES = ("P1", "P2", "P3", "P4")
DEFAULT = Settings()
CAUSAL = Settings(signals=SignalSettings(change_detector="dominant"))


def both_models(seed: int, n_seconds: int = 100) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    image = random_members(rng, n_seconds=n_seconds, n_members=4)
    landmark = 0.7 * image + 0.3 * rng.dirichlet(np.ones(7), image.shape[:2])
    return image, landmark


def find(image: np.ndarray, landmark: np.ndarray, settings: Settings = DEFAULT) -> OwnChanges:
    return find_own_changes(image, landmark, participants=NAMES, settings=settings)


def test_own_changes_equal_the_whole_session_twin() -> None:
    image, landmark = both_models(0)
    own = find(image, landmark)
    np.testing.assert_allclose(own.probability, (image + landmark) / 2, atol=1e-12)
    outcomes = slow_outcomes(
        own.probability, settings=DEFAULT.signals, tolerance_s=2, own_history_only=True
    )
    for member, seconds in enumerate(own.change_s):
        kept = sorted(o.start_s for o in outcomes if o.member == member and o.kind == "individual")
        assert seconds.tolist() == kept
        assert len(kept) > 3


def test_own_changes_of_a_member_do_not_depend_on_the_others() -> None:
    image, landmark = both_models(7)
    own = find(image, landmark)
    strangers = both_models(8)
    image[:, 1:], landmark[:, 1:] = strangers[0][:, 1:], strangers[1][:, 1:]
    other = find(image, landmark)
    assert own.change_s[0].tolist() == other.change_s[0].tolist()
    assert own.change_s[1].tolist() != other.change_s[1].tolist()


def test_own_changes_do_not_depend_on_the_settings_of_fusion() -> None:
    image, landmark = both_models(9)
    adaptive = replace(DEFAULT, fusion=FusionSettings(initial_image_weight=0.9, step=0.2))
    for one, other in zip(
        find(image, landmark).change_s, find(image, landmark, adaptive).change_s, strict=True
    ):
        assert one.tolist() == other.tolist()


def test_own_changes_do_not_depend_on_what_finds_the_events() -> None:
    image, landmark = both_models(11)
    for one, other in zip(
        find(image, landmark).change_s, find(image, landmark, CAUSAL).change_s, strict=True
    ):
        assert one.tolist() == other.tolist()


def test_own_changes_of_a_moved_start_move_along() -> None:
    image, landmark = both_models(10)
    here = find(image, landmark)
    there = find_own_changes(image, landmark, participants=NAMES, settings=DEFAULT, first_second=50)
    for one, other in zip(here.change_s, there.change_s, strict=True):
        assert (one + 50).tolist() == other.tolist()


def test_own_changes_of_nobody_are_none() -> None:
    nobody = np.empty((30, 0, 7))
    own = find_own_changes(nobody, nobody, participants=(), settings=DEFAULT)
    assert own.change_s == ()
    assert own.probability.shape == (30, 0, 7)
