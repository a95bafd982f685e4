from __future__ import annotations

import numpy as np
import pytest

from groupaffect.report.personal_figure import draw_personal


@pytest.mark.parametrize("are_labels", [True, False])
def test_others_are_called_labels_only_where_they_taught(are_labels: bool) -> None:
    shown = np.full((20, 7), 1 / 7)
    train = np.arange(20) < 10
    drawing = draw_personal(
        *(shown, shown, shown),
        train=train,
        participant="P1",
        label="P1 (Ada)",
        are_labels=are_labels,
    )
    titles = [axes.get_title(loc="left") or axes.get_title() for axes in drawing.figure.axes]
    assert any("the others without P1 (Ada)" in title for title in titles)
    assert any("the labels" in title for title in titles) == are_labels


def test_grey_bar_stays_clear_of_the_titles() -> None:
    shown = np.full((20, 7), 1 / 7)
    train = np.arange(20) < 10
    drawing = draw_personal(*(shown, shown, shown), train=train, participant="P1", label="P1 (Ada)")
    for axes in drawing.figure.axes[:3]:
        bar = axes.patches[-1].get_window_extent()
        title = axes._left_title.get_window_extent()
        assert bar.y1 < title.y0
