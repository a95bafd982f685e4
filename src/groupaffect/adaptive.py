"""Fuse the two models for every member, with weights that follow the group's changes.

Composes ``fusion`` and ``change_log``: the causal step behind files and live pictures alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from groupaffect.change_log import (
    ChangeLog,
    add_members,
    count_changes,
    flush_changes,
    start_changes,
    step_changes,
)
from groupaffect.fusion.habits import Habits, join_habits, start_habits, step_habits
from groupaffect.fusion.mix import fuse
from groupaffect.fusion.rules import RULES, Lately
from groupaffect.fusion.steadying import agreement
from groupaffect.fusion.weights import Weights, start_weights
from groupaffect.settings import FusionSettings, Settings
from groupaffect.types import Event, FusionTrace


@dataclass(frozen=True, slots=True)
class WindowRow:
    """The weights that hold from one second on, and the counts that led to them.

    ``group_n_changes`` is the mean count of the members seen in the window before.
    """

    start_s: int
    weights: Weights
    n_changes: Int[np.ndarray, " p"]
    group_n_changes: float


@dataclass(frozen=True, slots=True)
class AdaptiveState:
    """All that adaptive fusion remembers.

    Attributes
    ----------
    weights : of this window. log : the members' changes so far.
    seen : (p,) who was visible in this window so far. windows : one row for each so far.
    habits : how both models read each member lately.
    shown : (p, 7) fused vectors of the second before; NaN where there were none.
    """

    weights: Weights
    log: ChangeLog
    seen: Bool[np.ndarray, " p"]
    habits: Habits
    shown: Float[np.ndarray, "p 7"]
    windows: tuple[WindowRow, ...] = ()


def start_adaptive(settings: Settings) -> AdaptiveState:
    """Return the state before the first second, with no members."""
    log = start_changes(
        (),
        settings=settings.signals,
        tolerance_s=settings.group.tolerance_s,
        keep_s=settings.fusion.count_window_s,
    )
    return AdaptiveState(
        start_weights(0), log, np.zeros(0, dtype=bool), start_habits(0), np.empty((0, 7))
    )


def start_image_weight(settings: FusionSettings) -> float:
    """Return the image weight with which everybody starts: the gate brings its own.

    Examples
    --------
    >>> start_image_weight(FusionSettings(rule="paper"))
    0.5
    """
    return RULES[settings.rule].start_weight(settings)


def admit(state: AdaptiveState, participants: Sequence[str], settings: Settings) -> AdaptiveState:
    """Return the state with those of ``participants`` who are new added at the end."""
    new = [name for name in participants if name not in state.log.participants]
    if not new:
        return state
    fresh = start_weights(len(new), image_weight=start_image_weight(settings.fusion))
    old = state.weights
    return replace(
        state,
        weights=Weights(np.concatenate([old.image, fresh.image]), (*old.reason, *fresh.reason)),
        log=add_members(state.log, new),
        seen=np.concatenate([state.seen, np.zeros(len(new), dtype=bool)]),
        habits=join_habits(state.habits, start_habits(len(new))),
        shown=np.concatenate([state.shown, np.full((len(new), 7), np.nan)]),
    )


def step_adaptive(
    state: AdaptiveState,
    second: int,
    image_p: Float[np.ndarray, "p 7"],
    landmark_p: Float[np.ndarray, "p 7"],
    *,
    quality: Float[np.ndarray, " p"],
    settings: Settings,
) -> tuple[AdaptiveState, Float[np.ndarray, "p 7"], tuple[Event, ...]]:
    """Take one second of all members; return their fused vectors and the events that settled.

    Latency: none for the vectors, ``state.log.latency_s`` for events. At the end of every
    window the weights of the next are set from what was seen so far.

    Parameters
    ----------
    quality : (p,) of the faces, 0..1; NaN where not seen. Only the learned gate looks at it.
    """
    if second % settings.fusion.window_s == 0:
        state = _next_window(state, second, settings.fusion)
    mixed = fuse(image_p, landmark_p, state.weights.image)  # (p, 7)
    agreed = agreement(image_p, landmark_p)  # (p,)
    fused = RULES[settings.fusion.rule].show(state.shown, mixed, agreed)  # (p, 7)
    habits = step_habits(state.habits, image_p, landmark_p, quality)
    visible = ~np.isnan(fused).any(axis=1)
    log, events = step_changes(state.log, second, fused, visible)
    state = replace(state, log=log, seen=state.seen | visible, habits=habits, shown=fused)
    return state, fused, events


def fuse_members(
    image: Float[np.ndarray, "t p 7"],
    landmark: Float[np.ndarray, "t p 7"],
    quality: Float[np.ndarray, "t p"],
    *,
    participants: Sequence[str],
    settings: Settings,
) -> Float[np.ndarray, "t p 7"]:
    """Return the fused vectors of consecutive seconds from 0, folded by ``step_adaptive``.

    Parameters
    ----------
    image, landmark : rows sum to 1, or are NaN where not seen, also before somebody joined.
    quality : 0..1; NaN where not seen.
    """
    state, fused = start_adaptive(settings), np.full(image.shape, np.nan)
    state = admit(state, participants, settings)
    for second in range(len(image)):
        state, fused[second], _ = step_adaptive(
            state,
            second,
            image[second],
            landmark[second],
            quality=quality[second],
            settings=settings,
        )
    return fused


def flush_adaptive(state: AdaptiveState) -> tuple[AdaptiveState, tuple[Event, ...]]:
    """Return the events that had not settled by the last second."""
    log, events = flush_changes(state.log)
    return replace(state, log=log), events


def _next_window(state: AdaptiveState, second: int, settings: FusionSettings) -> AdaptiveState:
    n_changes = count_changes(state.log, now_s=second, window_s=settings.count_window_s)
    weights = state.weights
    if second > 0:
        lately = Lately(n_changes, state.habits, state.seen)
        weights = RULES[settings.rule].step(weights, lately, settings)
    mean = float(n_changes[state.seen].mean()) if state.seen.any() else float("nan")
    row = WindowRow(second, weights, n_changes, mean)
    return replace(
        state, weights=weights, seen=np.zeros_like(state.seen), windows=(*state.windows, row)
    )


def trace_of(state: AdaptiveState, *, end_s: int, settings: FusionSettings) -> FusionTrace:
    """Return the weights of every window; who joined later counts as unseen until then.

    Parameters
    ----------
    end_s : seconds taken so far; the last window ends there.
    """
    participants = state.log.participants
    n_windows, n_members = len(state.windows), len(participants)
    image = np.full((n_windows, n_members), start_image_weight(settings))
    n_changes = np.zeros((n_windows, n_members), dtype=np.int64)
    reason = np.full((n_windows, n_members), "", dtype=object)
    reason[:1], reason[1:] = "start", RULES[settings.rule].unseen_reason
    for w, row in enumerate(state.windows):
        n_known = len(row.n_changes)
        image[w, :n_known] = row.weights.image
        n_changes[w, :n_known] = row.n_changes
        reason[w, :n_known] = row.weights.reason
    start_s = np.array([row.start_s for row in state.windows], dtype=np.float64)
    return FusionTrace(
        participants=participants,
        window_start_s=start_s,
        window_end_s=np.minimum(start_s + settings.window_s, float(end_s)),
        weight=np.stack([image, 1 - image], axis=2),
        n_changes=n_changes,
        group_n_changes=np.array([row.group_n_changes for row in state.windows]),
        reason=reason.astype(str),
        clamp=RULES[settings.rule].limits(settings),
    )
