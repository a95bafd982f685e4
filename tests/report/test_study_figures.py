"""Figures of studies as values: what they show, and that equal ones are equal bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from groupaffect.errors import OutputError
from groupaffect.report.adaptive_figure import draw_adaptive
from groupaffect.report.canvas import render_pdf
from groupaffect.report.complementarity_figure import HitsRow, draw_hits
from groupaffect.report.distribution_figure import draw_distribution
from groupaffect.report.heatmap_figure import HeatmapPanel, draw_heatmaps
from groupaffect.report.publishing import CaptionedFigure, write_new_figures
from reference.random_session import make_analysis

NAN = float("nan")


def words_of(figure: Figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_heatmap_shows_numbers_stars_and_what_is_missing() -> None:
    r = np.full((7, 7), 0.25)
    r[2], r[0, 0], r[1, 1] = np.nan, -0.5, 1.0
    panel = HeatmapPanel("image model", r, kept=("disgust", "fear"))
    drawing = draw_heatmaps({"fake.mp4": [panel]}, name="heatmap", down="original.mp4")
    words = words_of(drawing.figure)
    assert len(words) == 49
    assert words.count("\N{EN DASH}") == 7  # a constant series is missing, not 0
    assert words.count("1.00*") == 1
    assert words.count("-.50") == 1
    assert words.count(".25") == 40
    assert not any(word.endswith("*") for word in words if word != "1.00*")
    assert drawing.figure.axes[0].get_xlabel() == "fake.mp4"


def test_distribution_bars_hold_the_shares_and_say_so_where_there_are_none() -> None:
    count = np.array([0, 0, 0, 3, 0, 0, 1])
    groups = {"P1": {"truth": count, "image": np.zeros(7, dtype=np.int64)}}
    drawing = draw_distribution(groups, name="distribution")
    axes = drawing.figure.axes[0]
    assert [bar.get_width() for bar in axes.patches] == [0.75, 0.25]  # nothing: no hairline
    assert words_of(drawing.figure) == ["75", "25", "nothing was read"]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == ["truth (n = 4)", "image (n = 0)"]


def test_hits_leave_empty_rows_out_and_show_missing_figures_as_dashes() -> None:
    rows = (
        HitsRow("happy", (12, 20, 16, 4), q=-0.739, oracle=0.923, fused=NAN, gain=NAN),
        HitsRow("sad", (0, 0, 0, 0), q=NAN, oracle=NAN, fused=NAN, gain=NAN),
    )
    drawing = draw_hits({"all": rows}, sources=("image", "landmark"), name="hits")
    axes = drawing.figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["happy (n = 52)"]
    words = words_of(drawing.figure)
    assert words[:4] == ["12", "20", "16", "4"]
    assert len(axes.patches) == 4
    assert words[4:8] == ["-0.74", "0.92", "\N{EN DASH}", "\N{EN DASH}"]


def test_hits_of_no_seconds_leave_no_line() -> None:
    row = HitsRow("happy", (12, 0, 0, 4), q=NAN, oracle=0.75, fused=NAN, gain=NAN)
    drawing = draw_hits({"all": (row,)}, sources=("image", "landmark"), name="hits")
    assert [bar.get_width() for bar in drawing.figure.axes[0].patches] == [0.75, 0.25]


def test_adaptive_figure_has_a_part_for_each_fusion_and_one_for_the_weights() -> None:
    analysis = make_analysis(n_participants=2, n_s=40)
    fused = analysis.signal("P2", "fused")
    fixed = analysis.signal("P2", "image").probability
    drawing = draw_adaptive(fused, fixed, analysis.fusion, label="P2 (Bo)")
    titles = [axes.get_title(loc="left") for axes in drawing.figure.axes]
    assert titles[:2] == ["P2 (Bo), adaptive weights", "P2 (Bo), both models at .5"]
    assert drawing.name == "adaptive_P2"


def test_published_figures_are_the_same_on_every_run(tmp_path: Path) -> None:
    groups = {"P1": {"truth": np.arange(7)}}
    found = []
    for name in ("first", "second"):
        figure = CaptionedFigure(draw_distribution(groups, name="d"), "n = 21.")
        folder = tmp_path / name
        assert write_new_figures([figure], folder) == [folder / "d.pdf"]
        found.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert found[0] == found[1]
    assert sorted(found[0]) == ["captions.md", "d.pdf", "d.svg"]
    assert found[0]["captions.md"] == b"# Captions\n\n## d\n\nn = 21.\n"


def test_published_figures_replace_nothing(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    figure = CaptionedFigure(draw_distribution({"P1": {"truth": np.arange(7)}}, name="d"), "n.")
    with pytest.raises(OutputError, match="the folder of figures needs a free place, but got"):
        write_new_figures([figure], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_pdf_embeds_its_font_as_truetype() -> None:
    pdf = render_pdf(draw_distribution({"P1": {"truth": np.arange(7)}}, name="d"))
    assert b"/FontFile2" in pdf
    assert b"/Type3" not in pdf


@pytest.mark.parametrize("panels", [1, 2])
def test_heatmap_without_any_value_is_drawn(panels: int) -> None:
    empty = HeatmapPanel("image model", np.full((7, 7), np.nan))
    drawing = draw_heatmaps({"b": [empty] * panels}, name="h", down="a")
    assert words_of(drawing.figure) == ["\N{EN DASH}"] * 49 * panels
