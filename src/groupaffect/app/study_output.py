"""What ``groupaffect study`` writes: tables, JSON and the figure of effects."""

from __future__ import annotations

import json
import math
from pathlib import Path

from groupaffect.counting import counted
from groupaffect.evaluation.across_sessions.study import AcrossSessions, Tested
from groupaffect.evaluation.across_sessions.tables import iterate_tables, study_to_dict
from groupaffect.evaluation.plain_values import to_plain
from groupaffect.report.forest_figure import ForestRow, draw_forest
from groupaffect.report.publishing import CaptionedFigure, write_figures
from groupaffect.session.csv_tables import write_csv
from groupaffect.session.new_output import new_output

SIGNIFICANT = 0.05  # largest corrected p that is called beyond chance (usual)
AGAIN = (
    "Circles are sessions that share people: means of circles of as many sessions are permuted, "
    "sessions of the same people among themselves, and people with all their sessions."
)
MOST_PANELS = 12  # of the figure: what fits two pages (ours)


def write_study(output: Path, study: AcrossSessions) -> bool:
    """Write a new folder: a CSV file for each table, ``study.json``, and the forest plot.

    Returns whether there was anything to plot.

    Raises
    ------
    OutputError : the folder is there already or cannot be written.
    """
    figure = draw_study(study)
    with new_output(output, what="study") as folder:
        folder.mkdir()
        for name, rows in iterate_tables(study):
            write_csv(folder / f"{name}.csv", [*rows[0]], ([*row.values()] for row in rows))
        text = json.dumps(to_plain(study_to_dict(study)), indent=2, ensure_ascii=False)
        (folder / "study.json").write_text(f"{text}\n", encoding="utf-8")
        if figure is not None:
            write_figures([figure], folder)
            (folder / "effects.png").write_bytes(figure.drawing.png)
    return figure is not None


def draw_study(study: AcrossSessions) -> CaptionedFigure | None:
    """Draw the effects that were tested, by covariate and level; None where none was.

    Of more than ``MOST_PANELS`` of these, those with the smallest p.
    """
    tested = [one for one in study.tests if not math.isnan(one.found.p)]
    if not tested:
        return None
    panels: dict[tuple[str, str], list[Tested]] = {}
    for one in tested:
        panels.setdefault((one.contrast, one.level), []).append(one)
    first = sorted(panels, key=lambda title: min(one.found.p for one in panels[title]))
    shown = {title: panels[title] for title in panels if title in first[:MOST_PANELS]}
    groups = {_title(*title, rows): [*map(_row, rows)] for title, rows in shown.items()}
    left_out = f" {len(panels) - len(shown)} more panels are left out." if panels != shown else ""
    again = f" {AGAIN}" if study.n_again else ""
    caption = (
        f"Correlation of each measure with each covariate. {'; '.join(groups)}.{left_out} Between "
        "sessions: of session means, permuted over sessions. Within sessions: of what is left "
        f"without each session's mean, permuted among its members.{again} 95 % intervals from the "
        f"permutations; p two-sided; q corrected for {len(tested)} tests (Benjamini-Hochberg); "
        f"filled: q at most {SIGNIFICANT:g}. Insufficient data: {len(study.tests) - len(tested)} "
        f"of {len(study.tests)}."
    )
    return CaptionedFigure(draw_forest(groups, name="effects"), caption)


def _title(contrast: str, level: str, rows: list[Tested]) -> str:
    """Return a panel's title, with how many sessions and participants it rests on."""
    found = max((one.found for one in rows), key=lambda found: found.n_sessions)
    n_sessions, n_circles = found.n_sessions, found.n_circles
    circles = f" of {counted(n_circles, 'circle')}" if n_circles < n_sessions else ""
    who = ("visit of participants", "visits of participants") if circles else ("participant", "")
    people = f", {counted(found.n, who[0], things=who[1])}" if level == "within sessions" else ""
    return f"{contrast}, {level} (n = {counted(n_sessions, 'session')}{circles}{people})"


def _row(one: Tested) -> ForestRow:
    return ForestRow(
        label=one.measure.replace("_", " "),
        effect=one.found.r,
        low=one.found.low,
        high=one.found.high,
        note=f"q = {one.q:.3f}",
        stands=one.q <= SIGNIFICANT,
    )
