"""Read ratings from whatever files hold them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from groupaffect.errors import RatingsError, sentence
from groupaffect.evaluation.ratings.csv_file import read_csv_ratings
from groupaffect.evaluation.ratings.eaf_file import read_eaf_ratings
from groupaffect.evaluation.ratings.rating import Rating, Ratings

_READERS = {".csv": read_csv_ratings, ".eaf": read_eaf_ratings}


def read_ratings(paths: Sequence[Path]) -> Ratings:
    """Return the ratings of all files together.

    Parameters
    ----------
    paths : CSV files, ELAN documents (``.eaf``), and folders of such.

    Raises
    ------
    RatingsError : a file cannot be read or holds no rating, a word is none of the seven emotions,
        or ratings overlap; names the file, and the line or tier.
    """
    files = list(dict.fromkeys(file for path in paths for file in _files_of(path)))
    return Ratings(tuple(row for file in files for row in _read(file)))


def _files_of(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.iterdir() if file.suffix.lower() in _READERS)
    if found:
        return found
    message = sentence(
        wanted=f"the folder `{path}` must hold ratings",
        got="no .csv and no .eaf",
        remedy="name the files or another folder",
    )
    raise RatingsError(message)


def _read(path: Path) -> list[Rating]:
    if not path.exists():
        message = sentence(
            wanted=f"`{path}` must be readable",
            got="nothing of that name",
            remedy="check the path",
        )
        raise RatingsError(message)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        message = sentence(
            wanted="ratings must be .csv or .eaf",
            got=f"`{path}`",
            remedy="save them as one of these",
        )
        raise RatingsError(message)
    try:
        rows = reader(path)
    except OSError as error:
        message = sentence(
            wanted=f"`{path}` must be readable",
            got=error.strerror or str(error),
            remedy="check the path",
        )
        raise RatingsError(message) from error
    if not rows:
        message = sentence(
            wanted=f"`{path}` must hold ratings",
            got="an empty sheet",
            remedy="fill it in or leave it out",
        )
        raise RatingsError(message)
    return rows
