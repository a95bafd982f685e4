"""The figure of what people saw."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from groupaffect.report.truth_figure import TruthBars, draw_truth


def bars(number: int, *, n: int = 50) -> TruthBars:
    rng = np.random.default_rng(number)
    share = rng.dirichlet(np.ones(7)) if n else np.full(7, np.nan)
    return TruthBars(f"talk {number}", n, share, np.stack([share - 0.02, share + 0.02], axis=1))


@pytest.mark.parametrize("n_recordings", [1, 2, 5])
def test_draw_truth_draws_any_number_of_recordings(n_recordings: int) -> None:
    drawing = draw_truth([bars(n) for n in range(n_recordings)], title="What 2 of 3 raters saw")
    picture = np.asarray(Image.open(io.BytesIO(drawing.png)).convert("RGB"))
    coloured = (picture.max(axis=2).astype(int) - picture.min(axis=2) > 60).mean()
    assert 0.01 < coloured < 0.5
    assert "talk 0: angry" in drawing.alt
    assert drawing == draw_truth(
        [bars(n) for n in range(n_recordings)], title="What 2 of 3 raters saw"
    )


def test_draw_truth_without_any_truth_says_so() -> None:
    drawing = draw_truth([bars(0, n=0)], title="What 2 of 3 raters saw")
    assert "no second with a truth" in drawing.alt
