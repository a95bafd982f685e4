"""Sessions in which everybody shows what a study is to find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from groupaffect.session import Session, SessionWriter, load_session
from groupaffect.types import EMOTIONS, EmotionSignal
from reference.random_session import make_analysis, make_record, make_stretch

HAPPY, NEUTRAL = EMOTIONS.index("happy"), EMOTIONS.index("neutral")


def write_studied_session(
    folder: Path,
    *,
    happy_share: Sequence[float],
    n_s: int = 60,
    seed: int = 0,
    names: Sequence[str] = (),
) -> Session:
    """Write a session whose members are happy for shares of the time, else neutral."""
    rng = np.random.default_rng(seed)
    made = make_analysis(n_participants=len(happy_share), n_s=n_s, n_events=0)
    label = {
        f"P{k}": np.where(rng.permutation(n_s) < round(share * n_s), HAPPY, NEUTRAL)
        for k, share in enumerate(happy_share, 1)
    }
    signals = tuple(_shown(signal, label[signal.participant]) for signal in made.signals)
    given = [*names] or [facts.participant for facts in made.participants]
    people = [replace(f, name=name) for f, name in zip(made.participants, given, strict=True)]
    analysis = replace(made, signals=signals, participants=tuple(people))
    record = make_record(n_s=float(n_s))
    media = replace(record.media, name=f"{folder.name}.mp4", sha256=f"{seed:064x}")
    with SessionWriter(folder) as writer:
        writer.write_stretch(*make_stretch(range(25), tuple(label)))
        writer.finish(analysis, replace(record, media=media))
    return load_session(folder)


def _shown(signal: EmotionSignal, label: np.ndarray) -> EmotionSignal:
    probability = 0.9 * np.eye(7)[label] + 0.1 / 7
    seen = np.ones(len(label))
    return replace(signal, probability=probability, coverage=seen, quality=0.8 * seen)
