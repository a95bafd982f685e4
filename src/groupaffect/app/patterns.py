"""What a pattern such as ``study/**/*.mp4`` matches, where links may lead round in circles."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from pathlib import Path


def match_pattern(pattern: str) -> list[Path]:
    """Return the paths that a pattern matches, sorted; ``**`` is any number of folders.

    Links to folders are followed, but no folder is entered within itself: ``glob`` alone would
    go round and round in one that holds a link to itself.
    """
    return sorted(set(_match(Path(pattern))))


def _match(pattern: Path) -> Iterator[Path]:
    if "**" not in pattern.parts:
        # Path.glob takes no absolute patterns.
        yield from map(Path, glob.glob(str(pattern)))  # noqa: PTH207
        return
    place = pattern.parts.index("**")
    above, rest = pattern.parts[:place], pattern.parts[place + 1 :] or ("*",)
    for top in _match(Path(*above)):
        for folder in _folders_below(top, frozenset()):
            yield from _match(Path(glob.escape(str(folder)), *rest))


def _folders_below(folder: Path, above: frozenset[Path]) -> Iterator[Path]:
    """Yield a folder and all below it, hidden ones left out."""
    try:
        whole = folder.resolve()
        if whole in above or not folder.is_dir():
            return
        inner = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:  # as for `glob`: what cannot be listed matches nothing
        return
    yield folder
    for path in inner:
        if path.is_dir():
            yield from _folders_below(path, above | {whole})
