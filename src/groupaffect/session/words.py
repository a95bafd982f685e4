"""Find somebody's names in text, however they are written: case, accents, spaces, underscores."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_BETWEEN = r"[\s_.-]+"  # a file about Ada Lovelace may be called `ada_lovelace.json`


def fold_text(text: str) -> str:
    r"""Return a text in which spellings that differ in case or composition are the same.

    References
    ----------
    The Unicode Standard, section 3.13, definition D145 (canonical caseless matching).

    Examples
    --------
    >>> fold_text("JOSE\u0301") == fold_text("Jos\u00e9")
    True
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def bears_word(text: str, words: Sequence[str], *, but: Iterable[str] = ()) -> bool:
    """Return whether a text holds one of the words, not as a part of a longer one.

    Parameters
    ----------
    but : longer texts that may hold the words, such as the name of somebody else.

    Examples
    --------
    >>> [bears_word(t, ["P1"]) for t in ("p1;P3", "expressions_P1.svg", "P10", "Ada P1")]
    [True, True, False, True]
    >>> bears_word("ada_lovelace.json", ["Ada Lovelace"])
    True
    >>> bears_word("ada_lovelace.json", ["Ada"], but=["Ada Lovelace"])
    False
    """
    text = fold_text(text)
    for other in sorted(but, key=len, reverse=True):
        text = re.sub(_pattern(other), "\n", text)
    return any(re.search(_pattern(word), text) for word in words)


def _pattern(word: str) -> str:
    folded = fold_text(word)
    parts = [part for part in re.split(_BETWEEN, folded) if part] or [folded]
    # An underscore parts words in names of files, so `\b` will not do.
    return rf"(?<![^\W_]){_BETWEEN.join(map(re.escape, parts))}(?![^\W_])"
