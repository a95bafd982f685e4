"""What ``groupaffect agree`` writes: JSON, tables, the ground truth and its figure."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from groupaffect.app.cells import cell
from groupaffect.counting import counted
from groupaffect.evaluation.agreement.figures import AgreementFigures, Interval
from groupaffect.evaluation.agreement.stretches import Stretches
from groupaffect.evaluation.agreement.study import AgreementStudy, TruthShares
from groupaffect.evaluation.agreement.truth_table import truth_rows
from groupaffect.evaluation.blocks import MIN_BLOCKS
from groupaffect.evaluation.plain_values import to_plain
from groupaffect.evaluation.ratings.seconds import RatedSeconds
from groupaffect.report.publishing import CaptionedFigure, write_figures
from groupaffect.report.truth_figure import TruthBars, draw_truth
from groupaffect.session.csv_tables import write_csv
from groupaffect.session.new_output import new_output
from groupaffect.types import EMOTIONS

COEFFICIENTS = ("alpha", "ac1", "fleiss_kappa", "majority")
COLUMNS = ("of", "emotion", "session", "participant", "raters", "figure", "value", "low", "high")


def study_to_dict(study: AgreementStudy) -> dict[str, Any]:
    """Return the study as plain values for JSON; what is undefined is NaN or None."""
    return {
        "raters": [*study.raters],
        "k": study.k,
        "intervals_from": _source(study.stretches),
        "truth_intervals_from": _source(study.truth_stretches),
        "overall": dataclasses.asdict(study.overall),
        "by_emotion": {name: dataclasses.asdict(one) for name, one in study.by_emotion.items()},
        "by_participant": [
            {"session": session, "participant": participant} | dataclasses.asdict(one)
            for (session, participant), one in study.by_participant.items()
        ],
        "truth": [
            {"session": session} | dataclasses.asdict(one) for session, one in study.truth.items()
        ],
        "warnings": [*study.warnings],
    }


def _source(stretches: Stretches) -> dict[str, Any]:
    return {
        "status": "ok" if stretches.are_enough else "insufficient data",
        "kind": stretches.kind,
        "n": stretches.n,
        "block_s": stretches.block_s,
        "autocorrelation_s": stretches.autocorrelation_s,
    }


def write_study(output: Path, study: AgreementStudy, rated: RatedSeconds) -> None:
    """Write a new folder with ``agreement.csv``, ``agreement.json``, the truth and its figure.

    Raises
    ------
    OutputError : the folder is there already or cannot be written.
    """
    figure = draw_study(study)
    with new_output(output, what="agreement") as folder:
        folder.mkdir()
        write_csv(folder / "agreement.csv", COLUMNS, _rows(study))
        text = json.dumps(to_plain(study_to_dict(study)), indent=2, ensure_ascii=False)
        (folder / "agreement.json").write_text(f"{text}\n", encoding="utf-8")
        write_figures([figure], folder)
        (folder / "truth.png").write_bytes(figure.drawing.png)
        for number, session in enumerate(study.truth, start=1):
            name = "truth.csv" if len(study.truth) == 1 else f"truth_{number}_{_safe(session)}.csv"
            write_csv(folder / name, *truth_rows(rated, session, k=study.k))


def draw_study(study: AgreementStudy) -> CaptionedFigure:
    """Draw the distribution of the ground truth (the paper's Fig. 2)."""
    drawing = draw_truth([*_bars(study)], title=f"What {_k_of_n(study)} raters saw")
    blocks = study.truth_stretches
    stretches = counted(blocks.n, "stretch", things="stretches")
    sure = (
        "95 % intervals by sessions or blocks"
        if blocks.are_enough
        else f"no intervals: insufficient data ({stretches}, {MIN_BLOCKS} are needed)"
    )
    seen = "; ".join(_in_words(session, truth) for session, truth in study.truth.items())
    bounds = study.overall.alpha_interval
    alpha = cell(study.overall.alpha) if not math.isnan(study.overall.alpha) else "undefined"
    caption = (
        f"Share of participants' seconds with a ground truth ({_k_of_n(study)} raters say the "
        f"same) that is each expression's. {seen}. Seconds are not independent; {sure}. "
        f"Krippendorff's alpha {alpha}"
        + ("." if bounds is None else f" [{bounds[0]:.2f}, {bounds[1]:.2f}].")
    )
    return CaptionedFigure(drawing, caption)


def _in_words(session: str, truth: TruthShares) -> str:
    shares = []
    for emotion, share in truth.share.items() if truth.n else ():
        bounds = truth.interval[emotion]
        within = "" if bounds is None else f" [{bounds[0]:.0%}, {bounds[1]:.0%}]"
        shares.append(f"{emotion} {share:.0%}{within}")
    return " ".join(filter(None, [session, f"n = {truth.n} s", f"({', '.join(shares)})"]))


def _k_of_n(study: AgreementStudy) -> str:
    return f"{study.k} of {len(study.raters)}"


def _safe(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in name)


def _bars(study: AgreementStudy) -> Iterator[TruthBars]:
    for session, truth in study.truth.items():
        bounds = [truth.interval[name] for name in EMOTIONS]
        known = [bound for bound in bounds if bound is not None]
        yield TruthBars(
            name=session,
            n=truth.n,
            share=np.array([truth.share[name] for name in EMOTIONS]),
            interval=np.array(known) if len(known) == len(bounds) else None,
        )


def _rows(study: AgreementStudy) -> Iterator[tuple[Any, ...]]:
    for figure in _figure_rows(study.overall):
        yield ("overall", "", "", "", *figure)
    for emotion, one in study.by_emotion.items():
        for figure in _figure_rows(one):
            yield ("emotion", emotion, "", "", *figure)
    for (session, participant), one in study.by_participant.items():
        for figure in _figure_rows(one):
            yield ("participant", "", session, participant, *figure)
    for session, truth in study.truth.items():
        for emotion, share in truth.share.items():
            bounds = _bounds(truth.interval[emotion])
            yield ("truth", emotion, session, "", "", "share", share, *bounds)


def _figure_rows(one: AgreementFigures) -> Iterator[tuple[Any, ...]]:
    for name in ("n_units", "n_pairable", "n_complete", "majority_chance"):
        yield ("", name, getattr(one, name), None, None)
    for name in COEFFICIENTS:
        yield ("", name, getattr(one, name), *_bounds(getattr(one, f"{name}_interval")))
    for pair in one.pairs:
        yield (";".join(pair.raters), "cohen_kappa", pair.kappa, *_bounds(pair.kappa_interval))


def _bounds(interval: Interval) -> tuple[float | None, float | None]:
    return interval or (None, None)
