from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from groupaffect.adaptive import AdaptiveState, admit, start_adaptive, step_adaptive, trace_of
from groupaffect.change_log import count_changes
from groupaffect.fusion.learned_gate import load_gate
from groupaffect.fusion.mix import fuse
from groupaffect.settings import FusionSettings, Settings
from groupaffect.types import Event, FusionTrace
from reference.random_expressions import random_members

SETTINGS = Settings(fusion=FusionSettings(rule="paper"))
FIXED = Settings(fusion=FusionSettings(rule="fixed"))


GATE = Settings(fusion=FusionSettings(rule="gate"))
RULES = [pytest.param(SETTINGS, id="paper"), pytest.param(GATE, id="gate")]


def quality_of(probability: np.ndarray) -> np.ndarray:
    """Return a quality for every face that is seen."""
    return np.where(np.isnan(probability[:, 0]), np.nan, 0.7)


def names(n: int) -> list[str]:
    return [f"P{k + 1}" for k in range(n)]


def fold(
    image: np.ndarray, landmark: np.ndarray, settings: Settings = SETTINGS
) -> tuple[np.ndarray, FusionTrace, list[Event], AdaptiveState]:
    """Fuse (t, p, 7) readings second by second."""
    state = admit(start_adaptive(settings), names(image.shape[1]), settings)
    fused, events = [], []
    for second in range(len(image)):
        state, vectors, settled = step_adaptive(
            state,
            second,
            image[second],
            landmark[second],
            quality=quality_of(image[second]),
            settings=settings,
        )
        fused.append(vectors)
        events += settled
    return (
        np.array(fused),
        trace_of(state, end_s=len(image), settings=settings.fusion),
        events,
        state,
    )


def readings(
    rng: np.random.Generator, *, n_seconds: int = 95, n: int = 4
) -> tuple[np.ndarray, ...]:
    image = random_members(rng, n_seconds=n_seconds, n_members=n)
    landmark = random_members(rng, n_seconds=n_seconds, n_members=n)
    return image, landmark


def lively_and_still() -> tuple[np.ndarray, np.ndarray]:
    """Return 60 s of one member who changes every 3 s and two who never do."""
    label = np.full((60, 3), 6)
    label[:, 0] = [(6, 3)[second // 3 % 2] for second in range(60)]
    vectors = 0.9 * np.eye(7)[label] + 0.1 / 7
    return vectors, vectors


def test_adaptive_starts_with_the_mean_of_both_models(rng: np.random.Generator) -> None:
    image, landmark = readings(rng)
    fused, trace, _, _ = fold(image, landmark)
    np.testing.assert_allclose(fused[:10], fuse(image[:10], landmark[:10], 0.5), atol=1e-12)
    assert (trace.weight[0] == 0.5).all()
    assert (trace.reason[0] == "start").all()
    moved = trace.weight[1:] != 0.5
    assert moved.any()  # random members do not all change alike


def test_adaptive_fuses_each_window_by_its_own_weights(rng: np.random.Generator) -> None:
    image, landmark = readings(rng)
    fused, trace, _, _ = fold(image, landmark)
    for window, (start_s, end_s) in enumerate(
        zip(trace.window_start_s.astype(int), trace.window_end_s.astype(int), strict=True)
    ):
        part = slice(start_s, end_s)
        weight = np.repeat(trace.weight[window, None, :, 0], end_s - start_s, axis=0)
        wanted = fuse(image[part], landmark[part], weight)
        np.testing.assert_allclose(fused[part], wanted, atol=1e-12)
    assert trace.window_start_s.tolist() == list(range(0, 95, 10))
    assert trace.window_end_s[-1] == 95
    np.testing.assert_allclose(trace.weight.sum(axis=2), 1.0)


def test_adaptive_fixed_rule_never_moves(rng: np.random.Generator) -> None:
    image, landmark = readings(rng)
    fused, trace, _, _ = fold(image, landmark, FIXED)
    assert (trace.weight == 0.5).all()
    assert (trace.reason[1:] == "fixed").all()
    np.testing.assert_allclose(fused, fuse(image, landmark, 0.5), atol=1e-12)


def test_adaptive_lively_member_is_read_by_landmarks_and_still_ones_by_pixels() -> None:
    _, trace, _, _ = fold(*lively_and_still())
    first_move = int(np.argmax(trace.weight[:, 0, 0] != 0.5))
    assert trace.window_start_s[first_move] in (10, 20)  # the paper's begins after 20 s
    after = trace.weight[first_move:, :, 0]
    assert (after[:, 0] < 0.5).all()
    assert (after[:, 1:] > 0.5).all()
    assert (np.diff(after[:, 0]) <= 0).all()
    np.testing.assert_array_equal(after[:, 1], after[:, 2])


def test_adaptive_counts_lead_to_the_weights_beside_them() -> None:
    _, trace, _, state = fold(*lively_and_still())
    assert (trace.n_changes[0] == 0).all()
    assert (trace.n_changes[:, 1:] == 0).all()
    assert (np.diff(trace.n_changes[:, 0]) > 0).all()
    late = count_changes(state.log, now_s=60, window_s=60)[0]
    assert late >= trace.n_changes[-1, 0]


def test_adaptive_permuted_members_permute_everything(rng: np.random.Generator) -> None:
    (image, landmark), order = readings(rng), [2, 0, 3, 1]
    fused, trace, events, _ = fold(image, landmark)
    there, permuted, other_events, _ = fold(image[:, order], landmark[:, order])
    np.testing.assert_allclose(there, fused[:, order], atol=1e-12)
    np.testing.assert_allclose(permuted.weight, trace.weight[:, order], atol=1e-12)
    np.testing.assert_array_equal(permuted.n_changes, trace.n_changes[:, order])
    np.testing.assert_array_equal(permuted.reason, trace.reason[:, order])
    assert len(other_events) == len(events) > 0
    back = {f"P{place + 1}": f"P{who + 1}" for place, who in enumerate(order)}
    named = [{back[name] for name in event.participants} for event in other_events]
    for event in events:
        assert set(event.participants) in named


def test_adaptive_swapped_models_with_fixed_weights_give_the_same(
    rng: np.random.Generator,
) -> None:
    image, landmark = readings(rng)
    there, *_ = fold(image, landmark, FIXED)
    here, *_ = fold(landmark, image, FIXED)
    np.testing.assert_allclose(there, here, atol=1e-12)


def test_adaptive_unseen_member_keeps_the_weight(rng: np.random.Generator) -> None:
    image, landmark = (values.copy() for values in lively_and_still())
    image[30:50, 1] = landmark[30:50, 1] = np.nan
    fused, trace, _, _ = fold(image, landmark)
    assert np.isnan(fused[30:50, 1]).all()
    assert trace.weight[4, 1, 0] == trace.weight[3, 1, 0]  # 30 to 40 s: not seen
    assert trace.weight[5, 1, 0] == trace.weight[3, 1, 0]
    assert trace.reason[4, 1].startswith("not seen")


def test_admit_adds_members_at_the_initial_weight() -> None:
    settings = replace(SETTINGS, fusion=FusionSettings(rule="paper", initial_image_weight=0.3))
    state = admit(start_adaptive(settings), ["P1"], settings)
    late = admit(state, ["P1", "P2", "P3"], settings)
    assert late.log.participants == ("P1", "P2", "P3")
    assert late.weights.image.tolist() == [0.3, 0.3, 0.3]
    assert late.seen.tolist() == [False] * 3


def test_admit_of_nobody_new_changes_nothing() -> None:
    state = admit(start_adaptive(SETTINGS), ["P1", "P2"], SETTINGS)
    assert admit(state, ["P1", "P2"], SETTINGS) is state


@pytest.mark.parametrize("settings", RULES)
@pytest.mark.parametrize("late_s", [5, 20])
def test_admit_later_gives_the_same_as_being_unseen_before(
    rng: np.random.Generator, late_s: int, settings: Settings
) -> None:
    image, landmark = readings(rng, n_seconds=60, n=3)
    image[:late_s, 2] = landmark[:late_s, 2] = np.nan
    wanted, wanted_trace, wanted_events, _ = fold(image, landmark, settings)
    state, fused, events = start_adaptive(settings), np.full(wanted.shape, np.nan), []
    for second in range(60):
        n = 2 if second < late_s else 3
        state = admit(state, names(n), settings)
        state, vectors, settled = step_adaptive(
            state,
            second,
            image[second, :n],
            landmark[second, :n],
            quality=quality_of(image[second, :n]),
            settings=settings,
        )
        fused[second, :n] = vectors
        events += settled
    trace = trace_of(state, end_s=60, settings=settings.fusion)
    np.testing.assert_array_equal(fused, wanted)
    np.testing.assert_array_equal(trace.weight, wanted_trace.weight)
    np.testing.assert_array_equal(trace.n_changes, wanted_trace.n_changes)
    np.testing.assert_array_equal(trace.reason, wanted_trace.reason)
    assert events == wanted_events


def test_adaptive_without_members_has_windows_but_no_columns() -> None:
    empty = np.empty((25, 0, 7))
    fused, trace, events, _ = fold(empty, empty)
    assert fused.shape == (25, 0, 7)
    assert trace.weight.shape == (3, 0, 2)
    assert trace.window_end_s.tolist() == [10, 20, 25]
    assert events == []


def test_adaptive_by_the_gate_weighs_and_steadies_each_window(rng: np.random.Generator) -> None:
    image, landmark = readings(rng, n_seconds=45)
    fused, trace, _, _ = fold(image, landmark, GATE)
    gate, shown = load_gate(), np.full((4, 7), np.nan)
    for second in range(45):
        mixed = fuse(image[second], landmark[second], trace.weight[second // 10, :, 0])
        for member in range(4):
            if np.isnan(shown[member, 0]):
                shown[member] = mixed[member]
                continue
            distance = np.abs(mixed[member] - shown[member]).sum() / 2
            pair = image[second, member], landmark[second, member]
            agreed = not np.isnan(pair).any() and pair[0].argmax() == pair[1].argmax()
            share = gate.least_share + gate.share_by_distance * distance
            share = min(1.0, share + gate.share_if_agreed * agreed)
            shown[member] += share * (mixed[member] - shown[member])
        np.testing.assert_allclose(fused[second], shown, atol=1e-12)
    assert (trace.weight[0, :, 0] == gate.start_weight).all()
    assert (trace.weight[1:, :, 0] != gate.start_weight).all()
    np.testing.assert_allclose(trace.weight.sum(axis=2), 1.0)
    assert trace.clamp == (0.0, 1.0)


def test_adaptive_by_the_gate_looks_only_back(rng: np.random.Generator) -> None:
    image, landmark = readings(rng, n_seconds=40)
    whole, _, _, _ = fold(image, landmark, GATE)
    part, _, _, _ = fold(image[:25], landmark[:25], GATE)
    np.testing.assert_array_equal(part, whole[:25])
