"""What the figures rest on, and that they are drawn for any session."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.text import Text

from groupaffect.report.canvas import Drawing, finish_drawing
from groupaffect.report.clamp_share import find_clamped, mean_image_weight, share_clamped
from groupaffect.report.expressions_figure import draw_expressions
from groupaffect.report.group_figure import draw_group
from groupaffect.report.kinds_figure import draw_kinds
from groupaffect.report.palette import CLAMP_LINE, EMOTION_COLOURS
from groupaffect.report.seen_figure import draw_seen
from groupaffect.report.thinning import thin
from groupaffect.report.time_axis import place_ticks
from groupaffect.report.weights_figure import draw_weights
from groupaffect.types import EMOTIONS, Analysis, EmotionSignal
from reference.random_session import make_analysis


def fused_of(analysis: Analysis) -> tuple[EmotionSignal, ...]:
    return tuple(signal for signal in analysis.signals if signal.source == "fused")


def test_every_emotion_has_its_own_colour() -> None:
    assert tuple(EMOTION_COLOURS) == EMOTIONS
    assert len(set(EMOTION_COLOURS.values())) == len(EMOTIONS)


def test_colours_stay_apart_for_red_green_blindness() -> None:
    """Deuteranopia after Vienot, Brettel & Mollon (1999), doi:10.1002/col.20080 (linear RGB)."""
    rgb = np.array(
        [[int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)] for c in EMOTION_COLOURS.values()]
    )
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = linear @ np.array([[0.29275, 0.29275, -0.02234], [0.70725, 0.70725, 0.02234], [0, 0, 1]])
    apart = np.linalg.norm(seen[:, None] - seen[None], axis=2) + np.eye(7)
    assert apart.min() > 0.08


@given(st.integers(1, 60), st.integers(1, 20))
def test_thin_equals_obvious_twin(n_rows: int, most_steps: int) -> None:
    rng = np.random.default_rng(n_rows)
    value = rng.normal(size=(n_rows, 2))
    value[rng.uniform(size=(n_rows, 2)) < 0.3] = np.nan
    steps = thin(value, start_s=5.0, most_steps=most_steps)
    assert len(steps.value) <= most_steps
    for step, (left, right) in enumerate(zip(steps.edge_s[:-1], steps.edge_s[1:], strict=True)):
        for column in range(2):
            inside = value[int(left) - 5 : int(right) - 5, column]
            kept = [v for v in inside if not np.isnan(v)]
            wanted = sum(kept) / len(kept) if kept else np.nan
            assert steps.value[step, column] == pytest.approx(wanted, nan_ok=True)
    assert (steps.edge_s[0], steps.edge_s[-1]) == (5.0, 5.0 + n_rows)


@given(st.floats(0, 1e4), st.floats(1, 1e6))
def test_ticks_are_few_and_inside(start_s: float, length_s: float) -> None:
    ticks = place_ticks(start_s, start_s + length_s)
    assert len(ticks) <= 14
    assert all(start_s - 1 < tick <= start_s + length_s for tick in ticks)


def test_share_at_clamp_equals_seconds_counted_one_by_one() -> None:
    analysis = make_analysis(n_participants=5, n_s=205)
    trace, fused = analysis.fusion, fused_of(analysis)
    fused[1].probability[:83] = np.nan  # joined late
    fused[2].probability[:] = np.nan  # never readable
    share, mean = share_clamped(trace, fused), mean_image_weight(trace, fused)
    for member in range(5):
        used = [s for s in range(205) if not np.isnan(fused[member].probability[s, 0])]
        image = [trace.weight[second // 10, member, 0] for second in used]
        at_clamp = sum(bool(np.isclose(w, 0.1) or np.isclose(w, 0.9)) for w in image)
        wanted = (at_clamp / len(used), sum(image) / len(used)) if used else (np.nan, np.nan)
        assert (share[member], mean[member]) == pytest.approx(wanted, nan_ok=True)
    assert np.isnan(share).tolist() == [False, False, True, False, False]
    assert find_clamped(trace).any()


def test_share_at_clamp_follows_permuted_participants() -> None:
    analysis = make_analysis(n_participants=4)
    trace, fused = analysis.fusion, fused_of(analysis)
    order = [2, 0, 3, 1]
    permuted = replace(
        trace,
        participants=tuple(trace.participants[k] for k in order),
        weight=trace.weight[:, order],
        n_changes=trace.n_changes[:, order],
        reason=trace.reason[:, order],
    )
    np.testing.assert_array_equal(
        share_clamped(permuted, fused), share_clamped(trace, fused)[order]
    )


def test_every_figure_is_drawn_for_one_second() -> None:
    analysis = make_analysis(n_participants=1, n_s=1, n_events=1)
    fused = fused_of(analysis)
    own = tuple(signal for signal in analysis.signals if signal.participant == "P1")
    drawings = [
        draw_seen(fused),
        draw_expressions(own),
        draw_weights(analysis.fusion, fused),
        draw_group(analysis.groups[0], events=analysis.events, participants=("P1",)),
        draw_kinds(analysis.states, analysis.members, participants=("P1",)),
        draw_kinds((), analysis.members, participants=("P1",)),
    ]
    for drawing in drawings:
        assert drawing.png.startswith(b"\x89PNG")
        assert b"<svg" in drawing.svg
        assert drawing.alt


def test_key_of_the_changes_stands_clear_of_their_title(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Figure] = []

    def finish(figure: Figure, **how: str) -> Drawing:
        drawn.append(figure)
        return finish_drawing(figure, **how)

    monkeypatch.setattr("groupaffect.report.group_figure.finish_drawing", finish)
    analysis = make_analysis(n_participants=1, n_s=9)
    widest = "W" * 18  # what fits beside a figure
    draw_group(analysis.groups[0], events=(), participants=(widest,))
    changes = drawn[0].axes[2]
    (title,) = changes.findobj(lambda a: isinstance(a, Text) and a.get_text()[:7] == "changes")
    key = changes.get_legend()
    assert key is not None
    assert title.get_window_extent().x1 < key.get_window_extent().x0


def test_figures_have_the_same_bytes_on_every_run() -> None:
    analysis = make_analysis(n_participants=2, n_s=20)
    one, other = (draw_weights(analysis.fusion, fused_of(analysis)) for _ in range(2))
    assert one == other


def test_weight_at_the_clamp_has_a_colour_of_its_own() -> None:
    made = make_analysis(n_participants=1, n_s=40)
    fused = fused_of(made)
    n_drawn = []
    for image in (0.5, 0.9):
        weight = np.empty_like(made.fusion.weight)
        weight[..., 0], weight[..., 1] = image, 1 - image
        svg = draw_weights(replace(made.fusion, weight=weight), fused).svg.decode().upper()
        n_drawn.append(svg.count(CLAMP_LINE))
    assert n_drawn[0] == 0, "not even in the legend"
    assert n_drawn[1] > 1


def test_weights_without_a_clamp_say_nothing_of_one() -> None:
    made = make_analysis(n_participants=1, n_s=40)
    words = {}
    for clamp in ((0.0, 1.0), (0.1, 0.9)):
        drawing = draw_weights(replace(made.fusion, clamp=clamp), fused_of(made))
        (legend,) = drawing.figure.legends
        labels = [text.get_text() for text in legend.get_texts()]
        beside = [text.get_text() for axes in drawing.figure.axes for text in axes.texts]
        words[clamp] = " ".join([*labels, *beside])
    assert "clamp" not in words[0.0, 1.0]
    assert "beyond the clamp" in words[0.1, 0.9]
