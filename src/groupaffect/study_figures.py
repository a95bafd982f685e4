"""The paper's figures for one session, or for two of one performance, with their captions.

Joins what ``evaluation`` found with what ``report`` draws; neither knows the other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Int

from groupaffect.counting import counted
from groupaffect.errors import InsufficientDataError, sentence
from groupaffect.evaluation.blocks import MIN_BLOCKS
from groupaffect.evaluation.complement_study import study_complement
from groupaffect.evaluation.distribution import Distribution, count_expressions, likeliest
from groupaffect.evaluation.source_signals import signals_of
from groupaffect.evaluation.truth import read_truth
from groupaffect.report.adaptive_figure import draw_adaptive
from groupaffect.report.canvas import drawable_label
from groupaffect.report.clamp_share import has_clamp, share_clamped
from groupaffect.report.complementarity_figure import HitsRow, draw_hits
from groupaffect.report.distribution_figure import draw_distribution
from groupaffect.report.drawable import drawable_name
from groupaffect.report.figures import draw_session_weights
from groupaffect.report.heatmap_figure import HeatmapPanel, draw_heatmaps
from groupaffect.report.labels import labels_of
from groupaffect.report.publishing import CaptionedFigure
from groupaffect.report.summary import percent
from groupaffect.session import Session
from groupaffect.types import EMOTIONS, MODELS, SOURCES

Truth = Mapping[str, Int[np.ndarray, " _"]]
TITLES = {"image": "image model", "landmark": "landmark model"}


def draw_session_figures(session: Session, *, truth: Path | None = None) -> list[CaptionedFigure]:
    """Draw the distribution of expressions, the weights, and each participant's two fusions.

    With truth also its distribution, and how the two models make up for each other.

    Raises
    ------
    UsageError : the truth cannot be read or names nobody.
    InsufficientDataError : nobody was seen, or no second of the truth can be scored.
    """
    label = {f.participant: drawable_label(f.participant, f.name) for f in session.participants}
    in_full = labels_of(session)
    known = read_truth(truth, session.participants) if truth is not None else {}
    figures = [_distribution(session, known, label)] if session.participants else []
    figures += [*_weights(session), *_adaptive(session, label, in_full)]
    if known:
        result = study_complement(session.analysis(), known)
        figures.append(draw_complement(result, label))
    if not figures:
        message = sentence(
            wanted="a session with at least one participant can be drawn",
            got="one in which nobody was seen",
            remedy=f"choose another session: {session.path}",
        )
        raise InsufficientDataError(message)
    return figures


def _distribution(session: Session, truth: Truth, label: Mapping[str, str]) -> CaptionedFigure:
    signals = signals_of(session.analysis())
    said = {"truth": dict(truth)} if truth else {}
    said |= {s: {who: likeliest(p) for who, p in signals[s].items()} for s in SOURCES}
    found = {source: count_expressions(rows) for source, rows in said.items()}
    groups = {"everybody": {source: each.total for source, each in found.items()}}
    for who, shown in label.items():
        groups[shown] = {s: each.count[who] for s, each in found.items() if who in each.count}
    if len(label) == 1:
        del groups["everybody"]
    parts = [_shares(source, each) for source, each in found.items()]
    caption = (
        "Share of seconds in which each expression was the likeliest, by source (the number in a "
        "bar is its share in %). Everybody together: " + "; ".join(parts) + "."
    )
    return CaptionedFigure(draw_distribution(groups, name="distribution"), caption)


def _shares(source: str, found: Distribution) -> str:
    count = found.total
    n = int(count.sum())
    if not n:
        return f"{source} n = 0 s"
    words = []
    for k in np.flatnonzero(count):
        bounds = "" if found.interval is None else " [{:.0%}, {:.0%}]".format(*found.interval[k])
        words.append(f"{EMOTIONS[k]} {count[k] / n:.0%}{bounds}")
    how = f"{counted(found.blocks.n_blocks, 'block')} of {found.blocks.block_steps} s"
    sure = f"95 % intervals from {how}" if found.blocks.are_enough else f"no intervals: {how}"
    return f"{source} n = {n} s ({', '.join(words)}; {sure})"


def _weights(session: Session) -> list[CaptionedFigure]:
    drawing = draw_session_weights(session)
    if drawing is None:
        return []
    fused = tuple(s for s in session.signals if s.source == "fused")
    shares = share_clamped(session.fusion, fused)
    at_clamp = ", ".join(
        f"{name} {percent(float(share))}"
        for name, share in zip(session.fusion.participants, shares, strict=True)
    )
    low, high = session.fusion.clamp
    n = counted(len(session.fusion.window_start_s), "window")
    caption = f"Weights of the two models over n = {n}."
    if has_clamp(session.fusion):
        caption += (
            f" They cannot leave {low:g} to {high:g}; seconds with a fused value at that clamp: "
            f"{at_clamp}."
        )
    return [CaptionedFigure(drawing, caption)]


def _adaptive(
    session: Session, label: Mapping[str, str], in_full: Mapping[str, str]
) -> list[CaptionedFigure]:
    analysis, figures = session.analysis(), []
    fixed = signals_of(analysis)["fixed"]
    for name in session.fusion.participants:
        if not len(session.fusion.window_start_s):
            break
        fused = analysis.signal(name, "fused")
        even = fixed[name][round(fused.start_s) :]
        drawing = draw_adaptive(fused, even, session.fusion, label=label[name])
        both = likeliest(fused.probability), likeliest(even)
        n, other = int((both[0] >= 0).sum()), int((both[0] != both[1]).sum())
        caption = (
            f"Expressions of {in_full[name]} over time with adaptive weights and with both models "
            f"at .5; n = {n} s with a reading. The likeliest expression differs in {other} s."
        )
        figures.append(CaptionedFigure(drawing, caption))
    return figures


def draw_complement(
    result: dict[str, Any], label: Mapping[str, str], *, name: str = "complementarity"
) -> CaptionedFigure:
    """Draw the result of ``study_complement``."""
    first, second = result["sources"]
    people = {label[who]: row for who, row in result["by_participant"].items()}
    groups = {"all seconds": {"all": result["all"]}, "by true expression": result["by_emotion"]}
    groups |= {"by participant": people} if len(people) > 1 else {}
    drawing = draw_hits(
        {title: tuple(_hits(k, row) for k, row in rows.items()) for title, rows in groups.items()},
        sources=(first, second),
        name=name,
    )
    row, blocks = result["all"], result["dependence"]
    accuracies = row["accuracy"]
    sure = (
        f"no intervals: {counted(blocks['n_blocks'], 'block')} of {blocks['block_steps']} s, "
        f"{MIN_BLOCKS} are needed"
        if result["intervals"] is None
        else "95 % intervals by blocks: "
        + ", ".join(f"{k} [{b[0]:.2f}, {b[1]:.2f}]" for k, b in result["intervals"].items())
    )
    caption = (
        f"Seconds that the {first} and the {second} source read rightly. n = {row['n']}: both "
        f"{row['n_both']}, only {first} {row['n_first']}, only {second} {row['n_second']}, "
        f"neither {row['n_neither']}. Accuracies {accuracies[0]:.2f} and {accuracies[1]:.2f}, "
        f"Yule's Q {row['q_statistic']:.2f}. Oracle: accuracy of a judge who always trusts the "
        f"right one; gain: share of the way from the better source to the oracle that fusing "
        f"covers. Seconds are not independent; {sure}."
    )
    return CaptionedFigure(drawing, caption)


def _hits(label: str, row: dict[str, Any]) -> HitsRow:
    return HitsRow(
        label,
        counts=tuple(row[f"n_{k}"] for k in ("both", "first", "second", "neither")),
        q=row["q_statistic"],
        oracle=row["oracle"],
        fused=row.get("fused_accuracy", math.nan),
        gain=row.get("gain_captured", math.nan),
    )


def draw_comparison_figures(result: dict[str, Any]) -> list[CaptionedFigure]:
    """Draw the heatmaps, the expressions shown and, with truth, who is right, of two recordings.

    Parameters
    ----------
    result : what ``study_comparison`` returned.
    """
    figures = [*_heatmaps(result), _shown_in_both(result)]
    for which, found in (result["truth"] or {}).items():
        label = {who: who for who in found["by_participant"]}
        figures.append(draw_complement(found, label, name=f"complementarity_{which}"))
    return figures


def _shown_in_both(result: dict[str, Any]) -> CaptionedFigure:
    """Draw which expressions were the likeliest in both recordings, everybody together."""
    groups: dict[str, dict[str, Int[np.ndarray, " 7"]]] = {}
    truth = result["truth"] or {}
    for which in ("original", "other"):
        rows = {}
        if which in truth:
            by_emotion = truth[which]["by_emotion"]
            rows["truth, s"] = np.array([by_emotion[emotion]["n"] for emotion in EMOTIONS])
        for model in MODELS:
            there = [row["models"][model] for row in result["participants"].values()]
            counts = [found["n_likeliest"][which] for found in there]
            rows[f"{model}, steps"] = np.sum([[*count.values()] for count in counts], axis=0)
        groups[f"{which}: {_drawn_name(result, which)}"] = rows
    caption = (
        f"Share of the steps of {result['step_s']:g} s in which each expression was the likeliest, "
        "in both recordings, everybody together; n beside the bars. Steps are not independent, so "
        "differences between bars have no interval here; the correlations' n effective says how "
        "many count."
    )
    return CaptionedFigure(draw_distribution(groups, name="distribution"), caption)


def _heatmaps(result: dict[str, Any]) -> list[CaptionedFigure]:
    control = result["control"]
    figures = []
    for name, row in result["participants"].items():
        if not row["models"]:
            continue
        rows = {_drawn_name(result, "other"): _panels(row)}
        there = control["participants"].get(name) if control else None
        if there is not None and there["models"]:
            rows[_control_name(result)] = _panels(there)
        drawing = draw_heatmaps(rows, name=f"heatmap_{name}", down=_drawn_name(result, "original"))
        figures.append(CaptionedFigure(drawing, _heatmap_caption(result, name, row, there)))
    return figures


def _drawn_name(result: dict[str, Any], which: str) -> str:
    """Return a recording's name as a figure can show it."""
    name: str = result[which]["name"]
    return drawable_name(name) or f"the {which}"


def _control_name(result: dict[str, Any]) -> str:
    return f"the original, encoded like {_drawn_name(result, 'other')}"


def _panels(row: dict[str, Any]) -> list[HeatmapPanel]:
    panels = []
    for model in MODELS:
        found = row["models"][model]
        kept = tuple(k for k, cell in found["diagonal"].items() if cell["verdict"] == "kept")
        title = f"{TITLES[model]}, mean of the diagonal {found['mean_diagonal']:.2f}"
        panels.append(HeatmapPanel(title, r=np.array(found["correlation"]), kept=kept))
    return panels


def _heatmap_caption(
    result: dict[str, Any], name: str, row: dict[str, Any], control: dict[str, Any] | None
) -> str:
    parts = []
    for model in MODELS:
        cells = row["models"][model]["diagonal"]
        words = [
            f"{emotion} {cell['r']:.2f} [{cell['interval'][0]:.2f}, {cell['interval'][1]:.2f}]"
            for emotion, cell in cells.items()
            if not math.isnan(cell["r"])
        ]
        parts.append(f"{TITLES[model]}: {', '.join(words)}")
    diagonal = [cell for found in row["models"].values() for cell in found["diagonal"].values()]
    shifts = max(cell["n_shifts"] for cell in diagonal)
    n_tests = sum(not math.isnan(cell["p"]) for cell in diagonal)
    alignment = row["alignment"]
    how = "" if alignment["is_clear"] else " (not clear, so not used)"
    return (
        f"Pearson correlations of {name}'s expressions in {result['original']['name']} with those "
        f"in {result['other']['name']}, n = {row['n_common']} steps of {result['step_s']:g} s; "
        f"lag {alignment['lag_s']:+.2f} s{how}. Framed: like with like; * beyond chance by "
        f"{shifts} circular shifts, corrected for {n_tests} tests (Benjamini-Hochberg, .05). Like "
        f"with like, with 95 % intervals that heed autocorrelation: {'; '.join(parts)}."
        f"{_control_caption(result, control)}"
    )


def _control_caption(result: dict[str, Any], control: dict[str, Any] | None) -> str:
    """Return what the lower panels are, where there are any."""
    if control is None or not control["models"]:
        return ""
    means = (f"{TITLES[m]} {control['models'][m]['mean_diagonal']:.2f}" for m in MODELS)
    return (
        f" Lower two panels, the control: {result['original']['name']} with itself encoded once "
        f"more, as H.264 in the size and at the bit rate of {result['other']['name']}, n = "
        f"{control['n_common']} steps, which is what compression alone changes; means of the "
        f"diagonal: {', '.join(means)}."
    )
