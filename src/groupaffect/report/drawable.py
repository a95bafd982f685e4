"""Names as figures and overlays can draw them: their font has not every script."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from groupaffect.types import ParticipantFacts

FONT_FILES = {False: "DejaVuSans.ttf", True: "DejaVuSans-Bold.ttf"}


def drawable_name(name: str) -> str:
    r"""Return a name as it can be drawn; empty where a letter or digit of it cannot.

    Pictures and other signs that the font lacks are left out.

    Examples
    --------
    >>> drawable_name("Zo\u00eb \U0001f9b7 \n"), drawable_name("Li \u674e"), drawable_name("\u202e")
    ('Zoë', '', '')
    """
    known = _characters()
    kept = list[str]()
    for character in " ".join(name.split()):
        kind = unicodedata.category(character)[0]
        if ord(character) in known and kind != "C":
            kept.append(character)
        elif kind in "LN":
            return ""
    return " ".join("".join(kept).split())


def caution_names(participants: Iterable[ParticipantFacts]) -> list[str]:
    """Return a sentence about names that are not drawn; it holds ids, no name.

    Examples
    --------
    >>> caution_names([ParticipantFacts("P4", "\u540d", None, None, 0.0, 1.0, 1.0)])
    ['Figures and overlay show the id of P4: their font lacks letters of the name.']
    """
    lacking = [
        f.participant
        for f in participants
        if f.name not in ("", f.participant) and not drawable_name(f.name)
    ]
    if not lacking:
        return []
    ids, names = ("the id", "the name") if len(lacking) == 1 else ("the ids", "the names")
    who = ", ".join(lacking)
    return [f"Figures and overlay show {ids} of {who}: their font lacks letters of {names}."]


@cache
def _characters() -> frozenset[int]:
    """Return what both the figures' font and the overlay's have."""
    from matplotlib.font_manager import FontProperties, findfont  # slow to load
    from matplotlib.ft2font import FT2Font

    figures, overlay = findfont(FontProperties()), font_path(bold=True)
    return frozenset(FT2Font(figures).get_charmap()) & frozenset(FT2Font(overlay).get_charmap())


def font_path(*, bold: bool) -> str:
    """Return the file of the font that matplotlib carries, so that every machine has it."""
    import matplotlib

    return str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / FONT_FILES[bold])
