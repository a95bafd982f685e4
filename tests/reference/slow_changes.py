"""Changes of a whole session at once: slow, obvious, and not causal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from groupaffect.settings import SignalSettings


@dataclass
class SlowCandidate:
    member: int
    start_s: int
    end_s: int
    before: np.ndarray
    after: np.ndarray
    from_label: int
    to_label: int
    lost: bool


@dataclass
class SlowOutcome:
    member: int
    start_s: int
    kind: str  # group, individual, dismissed
    from_label: int
    to_label: int
    anchor_s: int | None = None  # of its group event


def slow_candidates(
    series: np.ndarray, *, member: int, settings: SignalSettings
) -> list[SlowCandidate]:
    seen = [int(s) for s in np.flatnonzero(~np.isnan(series[:, 0]))]
    stretches: list[list[int]] = []
    for second in seen:
        if stretches and second - stretches[-1][-1] - 1 <= settings.max_gap_s:
            stretches[-1].append(second)
        else:
            stretches.append([second])
    return [c for stretch in stretches for c in _of_stretch(series, stretch, member, settings)]


def _of_stretch(
    series: np.ndarray, stretch: list[int], member: int, settings: SignalSettings
) -> list[SlowCandidate]:
    width, found = settings.jump_window_s, list[SlowCandidate]()
    compared_from = stretch[0]  # references of a jump are no older
    for place in range(1, len(stretch)):
        second, last = stretch[place], stretch[place - 1]
        label, old_label = series[second].argmax(), series[last].argmax()
        moving = bool(found) and second < found[-1].start_s + width
        is_jump_so_far = moving and found[-1].from_label == found[-1].to_label
        if moving and (label == old_label or is_jump_so_far):
            distance = np.linalg.norm(series[second] - found[-1].before)
            if label != old_label or distance > np.linalg.norm(found[-1].after - found[-1].before):
                found[-1].after, found[-1].to_label = series[second], int(label)
            compared_from = second
            continue
        past = [s for s in stretch[:place] if s >= compared_from and second - s <= width]
        moves = [float(np.linalg.norm(series[second] - series[s])) for s in past]
        if label == old_label and max(moves, default=0.0) <= settings.jump:
            continue
        before = series[past[int(np.argmax(moves))]] if past else series[last]
        if found:
            found[-1].end_s = second
        found.append(
            SlowCandidate(
                member, second, -1, before, series[second], int(old_label), int(label), False
            )
        )
        compared_from = second
    if found:
        found[-1].end_s, found[-1].lost = stretch[-1] + 1, True
    return found


def slow_group_events(
    changes: list[tuple[int, int]], seen: np.ndarray, *, tolerance_s: int
) -> list[tuple[int, list[tuple[int, int]]]]:
    """Return (anchor, its changes), from (second, member) and seen (t, p)."""
    left, events = sorted(changes), []
    while left:
        oldest = left[0][0]
        options = []
        for anchor in {s for s, _ in left}:
            if anchor > oldest + tolerance_s:
                continue
            near = [c for c in left if abs(c[0] - anchor) <= tolerance_s]
            window = seen[max(0, anchor - tolerance_s) : anchor + tolerance_s + 1]
            n_visible = int(window.any(axis=0).sum())
            n_changed = len({m for _, m in near})
            if n_changed >= 2 and n_changed > n_visible // 2:
                closeness = -sum(abs(s - anchor) for s, _ in near)
                options.append((n_changed, closeness, -anchor, near))
        if not options:
            left = [c for c in left if c[0] > oldest]
            continue
        best = max(options, key=lambda option: option[:3])
        events.append((-best[2], best[3]))
        left = [c for c in left if c not in best[3]]
    return events


def slow_outcomes(
    probability: np.ndarray,
    *,
    settings: SignalSettings,
    tolerance_s: int,
    own_history_only: bool = False,
) -> list[SlowOutcome]:
    """Return what becomes of every candidate of (t, p, 7), by member and start."""
    seen = ~np.isnan(probability[:, :, 0])
    members = range(probability.shape[1])
    found = [slow_candidates(probability[:, m], member=m, settings=settings) for m in members]
    changes = [(c.start_s, c.member) for own in found for c in own]
    grouped = dict[tuple[int, int], int]()
    if not own_history_only:
        for anchor_s, taken in slow_group_events(changes, seen, tolerance_s=tolerance_s):
            grouped |= dict.fromkeys(taken, anchor_s)
    return [o for own in found for o in _judge_member(own, grouped, settings)]


def _judge_member(
    own: list[SlowCandidate], grouped: dict[tuple[int, int], int], settings: SignalSettings
) -> list[SlowOutcome]:
    outcomes, judged = [], list[tuple[int, int, int]]()
    base: tuple[np.ndarray, int] | None = None  # before the dismissed changes under way
    for c in own:
        before, label = base or (c.before, c.from_label)
        back = label == c.to_label and np.linalg.norm(c.after - before) <= settings.jump
        if (c.start_s, c.member) in grouped:
            kind, label, base = "group", c.from_label, None
        elif base is not None and back:
            outcomes.append(SlowOutcome(c.member, c.start_s, "dismissed", c.from_label, c.to_label))
            base = None
            continue
        else:
            recurs = any(
                c.start_s - s <= settings.recurrence_s and (a, b) == (label, c.to_label)
                for s, a, b in judged
            )
            keep = c.end_s - c.start_s >= settings.min_change_s or recurs
            kind = "individual" if keep else "dismissed"
            base = None if keep or c.lost else (before, label)
        judged.append((c.start_s, label, c.to_label))
        anchor_s = grouped.get((c.start_s, c.member))
        outcomes.append(SlowOutcome(c.member, c.start_s, kind, label, c.to_label, anchor_s))
    return outcomes
