from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from groupaffect.report.overlay.captions import Caption, shown_name
from groupaffect.report.overlay.font import load_font, shorten
from groupaffect.report.overlay.plate import EXPRESSION_ROWS, draw_plate
from groupaffect.types import Emotion, ParticipantFacts

LEVELS = range(len(EXPRESSION_ROWS))
SHARES: tuple[tuple[Emotion, float], ...] = (("happy", 0.7), ("sad", 0.2), ("fear", 0.1))


def caption(name: str = "Ada", **changed: object) -> Caption:
    values = {"colour": "#77AADD", "expressions": SHARES, "image_weight": 0.62} | changed
    return Caption(name, **values)  # type: ignore[arg-type]


def facts(name: str) -> ParticipantFacts:
    return ParticipantFacts("P3", name, None, None, 0.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("Ada", "Ada", id="plain"),
        pytest.param(" Zo\N{LATIN SMALL LETTER E WITH DIAERESIS}\n K\t.", "Zoë K .", id="spaces"),
        pytest.param("\u674e\u96f7", "P3", id="no glyphs"),
        pytest.param("Ada \U0001f642", "Ada", id="one without a glyph"),
        pytest.param("\udcff\x00\u202e", "P3", id="no characters at all"),
        pytest.param("\u05d3\u05d5\u05d3", "\u05d3\u05d5\u05d3", id="right to left"),
        pytest.param("", "P3", id="none"),
    ],
)
def test_any_name_can_be_drawn(name: str, shown: str) -> None:
    assert shown_name(facts(name)) == shown
    for level in LEVELS:
        draw_plate(caption(shown_name(facts(name))), font_px=12, level=level)


@pytest.mark.parametrize("font_px", [11, 21, 64])
def test_plate_keeps_its_size_whatever_it_says(font_px: int) -> None:
    for level in LEVELS:
        said = [
            caption(),
            caption(expressions=(), image_weight=None),
            caption(expressions=(("surprise", 1.0), ("angry", 0.0), ("fear", 0.0))),
        ]
        assert len({draw_plate(c, font_px=font_px, level=level).shape for c in said}) == 1
    sizes = [draw_plate(caption(), font_px=font_px, level=level).shape for level in LEVELS]
    assert all(a[0] > b[0] for a, b in pairwise(sizes))


def test_plate_of_a_long_name_is_no_wider() -> None:
    short, long = caption(), caption("Bartholomew Featherstonehaugh-Cholmondeley")
    assert draw_plate(short, font_px=20).shape == draw_plate(long, font_px=20).shape
    assert draw_plate(long, font_px=20, level=2).shape[1] <= draw_plate(long, font_px=20).shape[1]


def test_shorten_cuts_only_what_is_too_wide() -> None:
    font = load_font(20)
    assert shorten("Ada", font, width_px=200) == "Ada"
    cut = shorten("Bartholomew", font, width_px=80)
    assert cut.endswith("\N{HORIZONTAL ELLIPSIS}")
    assert font.getlength(cut) <= 80
    assert shorten("Bartholomew", font, width_px=0) == "\N{HORIZONTAL ELLIPSIS}"


def test_plate_draws_bars_and_weights_in_proportion() -> None:
    plate = draw_plate(caption(), font_px=40)[:, :, :3].astype(int)

    def widest(colour: tuple[int, int, int]) -> int:
        return int((np.abs(plate - colour).max(axis=2) < 3).sum(axis=1).max())

    happy, sad = widest((0xE6, 0x9F, 0x00)), widest((0x00, 0x72, 0xB2))
    assert happy / sad == pytest.approx(3.5, rel=0.1)
    image, landmark = widest((0xCF, 0xCB, 0xE6)), widest((0xF3, 0xEA, 0xD3))
    assert image / (image + landmark) == pytest.approx(0.62, abs=0.01)
