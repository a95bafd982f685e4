"""The seconds that are worth a human look: false positives and borderline cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from groupaffect.evaluation.scored_seconds import ScoredSeconds
from groupaffect.types import EMOTIONS

ReviewKind = Literal["both say another", "false positive", "borderline"]

BORDERLINE = 0.1  # least lead of the likeliest emotion over the next (ours)
NEUTRAL = EMOTIONS.index("neutral")


@dataclass(frozen=True, slots=True)
class ReviewStretch:
    """Consecutive seconds of one participant that call for the same look.

    Attributes
    ----------
    start_s, end_s : the first second, and the one after the last.
    kind : "both say another": both sources read the same other emotion, so the truth itself may
        be wrong; "false positive": a source reads an expression that the truth does not have;
        "borderline": a source's two likeliest emotions are close to each other.
    truth, first, second : emotions; empty where a source read nothing.
    certainty : of the reading in question, its highest probability in the stretch; for
        "borderline" the smallest lead.
    """

    start_s: int
    end_s: int
    participant: str
    kind: ReviewKind
    truth: str
    first: str
    second: str
    certainty: float


def list_review(scored: ScoredSeconds, *, sources: tuple[str, str]) -> tuple[ReviewStretch, ...]:
    """Return the stretches to look at, in order of time."""
    found = [
        stretch
        for row, name in enumerate(scored.participants)
        for stretch in _merge(_rows_of(scored, row, name, sources=sources))
    ]
    return tuple(sorted(found, key=lambda s: (s.start_s, s.participant)))


def _rows_of(
    scored: ScoredSeconds, row: int, participant: str, *, sources: tuple[str, str]
) -> Iterator[ReviewStretch]:
    readings = [scored.reading(source)[row] for source in sources]
    values = [scored.probability[source][row] for source in sources]
    for second in np.flatnonzero(scored.scored[row]):
        truth = int(scored.truth[row, second])
        said = [int(reading[second]) for reading in readings]
        there = [(k, value[second]) for k, value in zip(said, values, strict=True) if k >= 0]
        found = _judge(truth, said, there)
        if found is not None:
            kind, certainty = found
            yield ReviewStretch(
                start_s=int(second),
                end_s=int(second) + 1,
                participant=participant,
                kind=kind,
                truth=EMOTIONS[truth],
                first=_word(said[0]),
                second=_word(said[1]),
                certainty=certainty,
            )


def _judge(
    truth: int, said: list[int], there: list[tuple[int, np.ndarray]]
) -> tuple[ReviewKind, float] | None:
    """Return why a second is worth a look; None where it is not."""
    wrong = [float(p[k]) for k, p in there if k not in (truth, NEUTRAL)]
    if said[0] == said[1] != truth:
        return "both say another", max(float(p[k]) for k, p in there)
    if wrong:
        return "false positive", max(wrong)
    leads = [float(np.diff(np.sort(p)[-2:])[0]) for _, p in there]
    return ("borderline", min(leads)) if min(leads) < BORDERLINE else None


def _word(place: int) -> str:
    return EMOTIONS[place] if place >= 0 else ""


def _merge(seconds: Iterator[ReviewStretch]) -> list[ReviewStretch]:
    """Join neighbours that differ in nothing but time and certainty."""
    merged: list[ReviewStretch] = []
    for each in seconds:
        last = merged[-1] if merged else None
        if last is None or last.end_s != each.start_s or _what(last) != _what(each):
            merged.append(each)
            continue
        strongest = min if each.kind == "borderline" else max
        certainty = strongest(last.certainty, each.certainty)
        merged[-1] = replace(last, end_s=each.end_s, certainty=certainty)
    return merged


def _what(each: ReviewStretch) -> tuple[str, ReviewKind, str, str, str]:
    return each.participant, each.kind, each.truth, each.first, each.second
