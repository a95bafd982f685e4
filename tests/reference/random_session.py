"""Random but smooth sessions, for tests of the session folder and of the report."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from groupaffect.session import Session, SessionRecord, SessionWriter, load_session
from groupaffect.settings import preset
from groupaffect.types import (
    EMOTIONS,
    NO_CAMP,
    SOURCES,
    UNDETERMINED,
    Analysis,
    EmotionSignal,
    Event,
    FaceObservations,
    FusionTrace,
    GroupKind,
    GroupSignal,
    GroupState,
    MediaFacts,
    MemberStates,
    ModelScores,
    ObservedStretch,
    ParticipantFacts,
)


def make_record(*, n_s: float = 106.0) -> SessionRecord:
    media = MediaFacts(
        name="meeting <1> & co.mp4",
        sha256="ab" * 32,
        container="mov,mp4",
        codec="h264",
        width_px=1280,
        height_px=720,
        duration_s=n_s,
        n_frames_declared=None,
        rate_hz=Fraction(30000, 1001),
    )
    return SessionRecord(
        media,
        preset("paper"),
        context="research",
        consent="ref/7",
        model_hashes={"image.onnx": "cd" * 32},
        created_at="2026-01-02T03:04:05+00:00",
        versions={"groupaffect": "0.1.0", "python": "3.11"},
    )


def smooth_probability(rng: np.random.Generator, n_s: int) -> np.ndarray:
    """Return (n_s, 7) distributions that wander, mostly neutral or happy."""
    steps = rng.normal(size=(n_s, 7)) * 0.9
    kernel = np.exp(-0.5 * (np.arange(-8, 9) / 3.0) ** 2)
    logit = np.stack([np.convolve(k, kernel)[8 : 8 + n_s] for k in steps.T], axis=1)
    logit += np.array([0.0, -1.5, -1.5, 0.8, 0.0, -0.3, 1.2])
    odds = np.exp(logit)
    return odds / odds.sum(axis=1, keepdims=True)


def make_signals(rng: np.random.Generator, names: tuple[str, ...], n_s: int) -> list[EmotionSignal]:
    signals = []
    for number, name in enumerate(names):
        coverage = np.clip(1.02 - rng.exponential(0.03, n_s), 0, 1)
        first_gone = n_s // 3 + number * 5 + 1
        gone = slice(first_gone, first_gone + 4 + number * 3)
        coverage[gone] = 0.0
        quality = np.clip(0.75 + 0.1 * np.sin(np.arange(n_s) / 9 + number), 0, 1)
        both = [smooth_probability(rng, n_s) for _ in range(2)]
        for source, values in zip(SOURCES, [*both, (both[0] + both[1]) / 2], strict=True):
            probability = values.copy()
            probability[gone] = np.nan
            signals.append(
                EmotionSignal(
                    participant=name,
                    source=source,
                    start_s=0.0,
                    probability=probability,
                    coverage=coverage,
                    quality=np.where(coverage > 0, quality, np.nan),
                )
            )
    return signals


def make_trace(rng: np.random.Generator, names: tuple[str, ...], n_s: int) -> FusionTrace:
    start_s = np.arange(0.0, n_s, 10.0)
    image = np.clip(
        0.5 + np.cumsum(rng.normal(size=(len(start_s), len(names))) * 0.08, 0), 0.1, 0.9
    )
    return FusionTrace(
        participants=names,
        window_start_s=start_s,
        window_end_s=np.minimum(start_s + 10, n_s),
        weight=np.stack([image, 1 - image], axis=-1),
        n_changes=rng.integers(0, 6, size=image.shape),
        group_n_changes=rng.uniform(0, 6, size=len(start_s)).round(3),
        reason=np.full(image.shape, "at or above the group"),
        clamp=(0.1, 0.9),
    )


def make_group(
    signals: list[EmotionSignal], n_s: int, *, members: MemberStates | None = None
) -> GroupSignal:
    """Return the group of all, or with ``members`` of the engaged among them."""
    fused = np.array([s.probability for s in signals if s.source == "fused"])
    n_engaged = np.full(n_s, np.nan)
    if members is not None:
        fused[members.engaged.T != 1] = np.nan
        n_engaged = (members.engaged == 1).sum(axis=1).astype(float)
    n_visible = (~np.isnan(fused[:, :, 0])).sum(axis=0)
    seen = np.where(n_visible > 0, n_visible, np.nan)
    mean = np.nansum(fused, axis=0) / seen[:, None]
    padded = np.nan_to_num(mean, nan=1 / 7)
    denoised = np.stack([np.convolve(k, np.ones(9))[4 : 4 + n_s] for k in padded.T], axis=1)
    denoised /= denoised.sum(axis=1, keepdims=True)
    denoised[np.isnan(mean)] = np.nan
    n_members = len(fused)
    dispersion = np.nansum(np.linalg.norm(fused - mean, axis=2), axis=0) / seen
    enough = n_members >= 4
    return GroupSignal(
        members="all" if members is None else "engaged",
        start_s=0.0,
        mean=mean,
        denoised=denoised,
        dominant=(padded >= 0.9 * padded.max(axis=1, keepdims=True)) & ~np.isnan(mean),
        dispersion=np.where(n_visible >= 2, dispersion, np.nan),
        polarisation=np.clip(dispersion + 0.4, 0, 1) if enough else np.full(n_s, np.nan),
        polarisation_chance=np.full(n_s, 0.6 if enough else np.nan),
        n_visible=n_visible,
        n_engaged=n_engaged,
        energy_kept=0.951,
        n_bins_kept=17,
    )


def make_members(names: tuple[str, ...], n_s: int) -> MemberStates:
    """Return states that last; the last of several members is unengaged, the first not told."""
    engaged = np.ones((n_s, len(names)), dtype=np.int8)
    engaged[n_s // 4 :, -1] = 0
    engaged[: n_s // 4] = UNDETERMINED
    camp = np.where(engaged == UNDETERMINED, NO_CAMP, np.arange(len(names)) % 2).astype(np.int8)
    return MemberStates(names, 0.0, engaged, camp)


def make_states(names: tuple[str, ...], n_s: int) -> tuple[GroupState, ...]:
    """Return one state of each kind for the group, and one for each member."""
    nan = float("nan")
    group = [
        GroupState("synchronous", "synchrony", (), 0.0, n_s / 2, 0.31, 0.12, 0.48, 0.004, 10, "a"),
        GroupState("homogeneous", "homogeneity", (), 0.0, n_s / 2, 0.2, 0.1, 0.3, 0.02, 10, "b"),
        GroupState(
            "insufficient_data", "synchrony", (), n_s / 2, float(n_s), nan, nan, nan, nan, 3, "c"
        ),
    ]
    kinds: tuple[GroupKind, ...] = ("engaged", "undetermined", "unengaged", "engaged")
    members = [
        GroupState(kind, "synchrony", (name,), 0.0, float(n_s), 0.1, -0.2, 0.3, 0.2, 10, "d")
        for name, kind in zip(names, itertools.cycle(kinds), strict=False)
    ]
    return (*group, *members)


def make_events(
    rng: np.random.Generator, names: tuple[str, ...], n_s: int, *, n_events: int
) -> tuple[Event, ...]:
    kinds = ("group", "individual", "dismissed")
    events = []
    for start_s in np.sort(rng.integers(0, n_s, n_events)):
        kind = kinds[int(rng.choice(3, p=[0.2, 0.4, 0.4]))]
        members = names if kind == "group" else (names[int(rng.integers(len(names)))],)
        before, after = rng.choice(7, 2, replace=False)
        events.append(
            Event(
                kind=kind,
                start_s=float(start_s),
                end_s=float(start_s) + 2.0,
                participants=members,
                from_label=EMOTIONS[before],
                to_label=EMOTIONS[after],
                strength=float(rng.uniform(0.3, 1.2)),
                reason="shorter than 2 s, no recurrence in 60 s" if kind == "dismissed" else "kept",
            )
        )
    return tuple(events)


def make_analysis(*, n_participants: int = 4, n_s: int = 106, n_events: int = 25) -> Analysis:
    rng = np.random.default_rng(20261123)
    names = tuple(f"P{number}" for number in range(1, n_participants + 1))
    signals = make_signals(rng, names, n_s)
    facts = tuple(
        ParticipantFacts(
            participant=name,
            name="Ada <b>" if name == "P1" else name,
            tile_row=1 + number // 2,
            tile_column=1 + number % 2,
            first_s=1 / 3,
            last_s=n_s - 0.04,
            visible_share=0.987654,
        )
        for number, name in enumerate(names)
    )
    members = make_members(names, n_s)
    return Analysis(
        participants=facts,
        n_frames=n_s * 25,
        duration_s=float(n_s),
        signals=tuple(signals),
        fusion=make_trace(rng, names, n_s),
        groups=(make_group(signals, n_s), make_group(signals, n_s, members=members)),
        events=make_events(rng, names, n_s, n_events=n_events),
        states=make_states(names, n_s),
        members=members,
        warnings=(
            "a sentence about <this> recording.",
            "the container announced more frames than it holds.",
        ),
        stage_wall_s={"faces": 2.5},
    )


def make_empty_analysis(*, n_s: int = 5) -> Analysis:
    """Return the analysis of a recording in which nobody was seen."""
    missing = np.full((n_s, 7), np.nan)
    nothing = np.full(n_s, np.nan)
    group = GroupSignal(
        members="all",
        start_s=0.0,
        mean=missing,
        denoised=missing,
        dominant=np.zeros((n_s, 7), dtype=bool),
        dispersion=nothing,
        polarisation=nothing,
        polarisation_chance=nothing,
        n_visible=np.zeros(n_s, dtype=np.int64),
        n_engaged=nothing,
        energy_kept=float("nan"),
        n_bins_kept=0,
    )
    trace = FusionTrace(
        participants=(),
        window_start_s=np.zeros(0),
        window_end_s=np.zeros(0),
        weight=np.zeros((0, 0, 2)),
        n_changes=np.zeros((0, 0), dtype=np.int64),
        group_n_changes=np.zeros(0),
        reason=np.zeros((0, 0), dtype=np.str_),
    )
    nobody = MemberStates((), 0.0, *(np.zeros((0, 0), dtype=np.int8) for _ in range(2)))
    groups = (group, replace(group, members="engaged"))
    return Analysis((), n_s * 25, float(n_s), (), trace, groups, (), (), nobody)


def make_unreadable_analysis(*, n_s: int = 30) -> Analysis:
    """Return the analysis of two people who were never seen well enough to read."""
    whole = make_analysis(n_participants=2, n_s=n_s)
    empty = make_empty_analysis(n_s=n_s)
    missing = np.full((n_s, 7), np.nan)
    signals = tuple(
        replace(s, probability=missing, coverage=np.zeros(n_s), quality=missing[:, 0])
        for s in whole.signals
    )
    facts = tuple(
        replace(f, first_s=None, last_s=None, visible_share=0.0) for f in whole.participants
    )
    untold = np.full((n_s, 2), UNDETERMINED, dtype=np.int8)
    members = MemberStates(whole.members.participants, 0.0, untold, untold)
    return replace(
        whole,
        signals=signals,
        participants=facts,
        groups=empty.groups,
        events=(),
        states=(),
        members=members,
    )


def make_rows(
    frames: range, names: tuple[str, ...], *, seed: int = 7
) -> tuple[FaceObservations, ModelScores, ModelScores]:
    """Return observations and scores of some frames at 25 a second, P1 lost in every tenth."""
    n_rows = len(frames) * len(names)
    rng = np.random.default_rng([seed, frames.start])
    index = np.repeat(np.array(list(frames), dtype=np.int64), len(names))
    participant = np.array(list(names) * len(frames))
    lost = (participant == "P1") & (index % 10 == 0)

    def seen(values: np.ndarray) -> np.ndarray:
        result = values.astype(np.float64)
        result[lost] = np.nan
        return result

    left_top = rng.uniform(0, 500, (n_rows, 2))
    observations = FaceObservations(
        frame_index=index,
        time_s=index / 25,
        participant=participant,
        box_xyxy_px=seen(np.hstack([left_top, left_top + 80])),
        landmark_xy_px=seen(rng.uniform(0, 700, (n_rows, 68, 2))),
        detection_confidence=seen(rng.uniform(0.5, 1, n_rows)),
        quality=seen(rng.uniform(0, 1, n_rows)),
        success=~lost,
    )
    image, landmark = (
        ModelScores(
            model, observations.time_s, participant, seen(rng.dirichlet(np.ones(7), n_rows))
        )
        for model in ("image", "landmark")
    )
    return observations, image, landmark


def make_stretch(
    frames: range, names: tuple[str, ...], *, empty: tuple[int, ...] = (), seed: int = 7
) -> tuple[ObservedStretch, ModelScores, ModelScores]:
    """Return a stretch of ``frames`` and its scores, and of ``empty`` frames without anybody."""
    faces, image, landmark = make_rows(frames, names, seed=seed)
    index = np.array(sorted({*frames, *empty}), dtype=np.int64)
    return ObservedStretch(index, index / 25, faces), image, landmark


def write_session(folder: Path, analysis: Analysis, *, force: bool = False) -> Session:
    """Write a session with one second of frames and open it."""
    names = tuple(facts.participant for facts in analysis.participants)
    with SessionWriter(folder, force=force) as writer:
        if names:
            writer.write_stretch(*make_stretch(range(25), names))
        writer.finish(analysis, make_record(n_s=analysis.duration_s))
    return load_session(folder)
