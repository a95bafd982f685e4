"""The page of the models' figures on video, from their JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from groupaffect.evaluation.table_cells import with_interval

HEAD = """# What the models read on video

Made by `make evaluate-video DATA=...`; the figures are in `benchmarks/video.json`. By second, with
the default preset; a second without a reading counts as wrong. Intervals are 95 %, from resampling
pairs of actor and emotion. "fixed" is the even mixture, "fused" the adaptive weights. The acted
recordings are for evaluation only: nothing was trained or chosen on them.
"""
SPEECH = """
## Plain speech

Changes a minute that each model alone would report on recordings of people who just talk: all are
false, as far as one can see. Jitter: how far landmarks tremble from frame to frame, in thousandths
of the distance between the eye centres, in all frames and in the quarter that moves least.
"""


def write_tables(result: dict[str, Any]) -> str:
    """Return the page as Markdown."""
    parts = [HEAD]
    for name in ("acted group", "acted clips"):
        parts += [f"## {name.capitalize()}\n", *_scores(result[name]), ""]
    return "\n".join([*parts, SPEECH, *_speech(result["plain speech"])]) + "\n"


def _scores(versions: dict[str, Any]) -> Iterable[str]:
    yield "| version | source | accuracy | macro recall | seconds | pairs |"
    yield "|---|---|---|---|---|---|"
    for version, sources in versions.items():
        for source, score in sources.items():
            figures = " | ".join(with_interval(score, f) for f in ("accuracy", "macro_recall"))
            n = f"{score['n_seconds']} | {score['n_clips']}"
            yield f"| {version} | {source} | {figures} | {n} |"


def _speech(recordings: dict[str, Any]) -> Iterable[str]:
    sources = list(next(iter(recordings.values()))["changes"])
    kept = " | ".join(f"{source}: kept (dismissed)" for source in sources)
    yield f"| recording | seconds | {kept} | jitter, all | jitter, still |"
    yield "|---|---|" + "---|" * (len(sources) + 2)
    for name, row in recordings.items():
        changes = " | ".join(
            f"{row['changes'][source]['kept_per_minute']:.1f} "
            f"({row['changes'][source]['dismissed_per_minute']:.1f})"
            for source in sources
        )
        jitter = " | ".join(
            f"{1000 * row['jitter'][k]:.1f}" for k in ("all_frames", "still_frames")
        )
        yield f"| {name} | {row['seconds']} | {changes} | {jitter} |"
