"""Fold frames into seconds, and seconds into fused expressions: all causal steps together.

Files, live pictures and stored frame tables all go through ``step_fold``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from groupaffect.adaptive import (
    AdaptiveState,
    admit,
    flush_adaptive,
    start_adaptive,
    step_adaptive,
)
from groupaffect.settings import Settings
from groupaffect.signals.per_second import FrameRows, Seconds
from groupaffect.signals.second_stream import SecondState, flush_seconds, join_seconds, step_second
from groupaffect.types import EmotionSignal, Event, ModelScores, ObservedStretch, Source


@dataclass(frozen=True, slots=True)
class SecondResult:
    """What is known of one second as soon as it is over.

    Attributes
    ----------
    second : covers [second, second + 1) of the media. participants : p ids.
    image, landmark, fused : (p, 7); NaN where not visible.
    image_weight : (p,) that made ``fused``.
    events : changes that settled with this second; they began some seconds before.
    """

    second: int
    participants: tuple[str, ...]
    image: Float[np.ndarray, "p 7"]
    landmark: Float[np.ndarray, "p 7"]
    fused: Float[np.ndarray, "p 7"]
    image_weight: Float[np.ndarray, " p"]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class FoldedSeconds:
    """Consecutive seconds: by each model, and fused."""

    image: Seconds
    landmark: Seconds
    results: tuple[SecondResult, ...]


@dataclass(frozen=True, slots=True)
class Fold:
    """All that the stages after the models remember."""

    image: SecondState
    landmark: SecondState
    adaptive: AdaptiveState


def start_fold(settings: Settings) -> Fold:
    """Return the state before the first frame."""
    return Fold(SecondState(), SecondState(), start_adaptive(settings))


def step_fold(
    fold: Fold,
    stretch: ObservedStretch,
    image: ModelScores,
    landmark: ModelScores,
    *,
    settings: Settings,
) -> tuple[Fold, FoldedSeconds | None]:
    """Take some more frames with both models' scores; return the seconds they complete.

    Latency ``second_stream.LATENCY_S`` for seconds; events settle ``ChangeLog.latency_s`` later.
    """
    quality = _as_stored(stretch.faces.quality)
    rows = [_rows(stretch, scores, quality) for scores in (image, landmark)]
    image_state, image_seconds = step_second(fold.image, rows[0])
    landmark_state, landmark_seconds = step_second(fold.landmark, rows[1])
    fold = Fold(image_state, landmark_state, fold.adaptive)
    return _fuse(fold, image_seconds, landmark_seconds, settings)


def flush_fold(
    fold: Fold, *, n_seconds: int, settings: Settings
) -> tuple[Fold, FoldedSeconds | None]:
    """Return the rest of the seconds, up to ``n_seconds`` of the media.

    The last one also has the events that had not settled by then.
    """
    image_state, image_seconds = flush_seconds(fold.image, n_seconds=n_seconds)
    landmark_state, landmark_seconds = flush_seconds(fold.landmark, n_seconds=n_seconds)
    fold = Fold(image_state, landmark_state, fold.adaptive)
    fold, folded = _fuse(fold, image_seconds, landmark_seconds, settings)
    adaptive, late = flush_adaptive(fold.adaptive)
    fold = replace(fold, adaptive=adaptive)
    if folded is None:
        return fold, None
    last = replace(folded.results[-1], events=(*folded.results[-1].events, *late))
    folded = replace(folded, results=(*folded.results[:-1], last))
    return fold, folded


def _rows(
    stretch: ObservedStretch, scores: ModelScores, quality: Float[np.ndarray, " n"]
) -> FrameRows:
    return FrameRows(
        frame_time_s=stretch.frame_time_s,
        time_s=scores.time_s,
        participant=scores.participant,
        probability=_as_stored(scores.probability),
        quality=quality,
    )


def _as_stored(value: np.ndarray) -> np.ndarray:
    """Return float64 with the digits that the frame table keeps (float32).

    Seconds are made of what is stored, so that a stored recording folds to the same bits.
    """
    return value.astype(np.float32).astype(np.float64)


def _fuse(
    fold: Fold, image: Seconds | None, landmark: Seconds | None, settings: Settings
) -> tuple[Fold, FoldedSeconds | None]:
    if image is None or landmark is None:
        return fold, None
    adaptive = admit(fold.adaptive, image.participants, settings)
    results = []
    for row in range(len(image)):
        pair = image.probability[row], landmark.probability[row]
        second = image.first_second + row
        quality = np.fmax(image.quality[row], landmark.quality[row])
        adaptive, fused, events = step_adaptive(
            adaptive, second, *pair, quality=quality, settings=settings
        )
        weight = adaptive.weights.image
        results.append(SecondResult(second, image.participants, *pair, fused, weight, events))
    folded = FoldedSeconds(image, landmark, tuple(results))
    return Fold(fold.image, fold.landmark, adaptive), folded


def signals_of(parts: Sequence[FoldedSeconds]) -> tuple[EmotionSignal, ...]:
    """Return each participant's signals by image, landmark and fused, in that order.

    A fused second rests on the frames of whichever model has more of them.
    """
    if not parts:
        return ()
    image = join_seconds([part.image for part in parts])
    landmark = join_seconds([part.landmark for part in parts])
    fused = np.full(image.probability.shape, np.nan)  # (t, p, 7)
    for row, result in enumerate(result for part in parts for result in part.results):
        fused[row, : len(result.participants)] = result.fused
    by_source: dict[Source, tuple[np.ndarray, np.ndarray, np.ndarray]] = {
        "image": (image.probability, image.coverage, image.quality),
        "landmark": (landmark.probability, landmark.coverage, landmark.quality),
        "fused": (
            fused,
            np.fmax(image.coverage, landmark.coverage),
            np.fmax(image.quality, landmark.quality),
        ),
    }
    return tuple(
        EmotionSignal(
            participant=name,
            source=source,
            start_s=float(image.first_second),
            probability=probability[:, place],
            coverage=coverage[:, place],
            quality=quality[:, place],
        )
        for place, name in enumerate(image.participants)
        for source, (probability, coverage, quality) in by_source.items()
    )
