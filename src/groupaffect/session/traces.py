"""Search every file of a session for words that must not be in it any more."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image, UnidentifiedImageError

_DATA_URI = re.compile(r"data:[\w/+.-]+;base64,([A-Za-z0-9+/=]+)")


@dataclass(frozen=True, slots=True)
class Traces:
    """What a search found.

    Attributes
    ----------
    n_files : searched. found : those in which a word is, by path within the session.
    unread : those whose format hides what is in them.
    """

    n_files: int
    found: tuple[str, ...]
    unread: tuple[str, ...]


def find_traces(folder: Path, words: Sequence[str], *, but: Iterable[str] = ()) -> Traces:
    """Search names and content of all files below a folder for whole words.

    Text is searched as it is and with HTML's escapes undone; pictures within HTML too; Parquet
    by its texts, dictionaries, statistics and metadata; PNG by its texts.

    Parameters
    ----------
    but : longer texts that may hold the words, such as the name of somebody else.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    found, unread = [], []
    for path in paths:
        name = str(path.relative_to(folder))
        try:
            texts = [name, *_texts_of(path)]
        except (ValueError, OSError, pa.ArrowException):
            texts = [name]
            unread.append(name)
        if any(bears_word(text, words, but=but) for text in texts):
            found.append(name)
    return Traces(len(paths), tuple(found), tuple(unread))


def bears_word(text: str, words: Sequence[str], *, but: Iterable[str] = ()) -> bool:
    """Return whether a text holds one of the words, not as a part of a longer one.

    Examples
    --------
    >>> [bears_word(t, ["P1"]) for t in ("P1;P3", "expressions_P1.svg", "P10", "Ada P1")]
    [True, True, False, True]
    >>> bears_word("Ada Lovelace", ["Ada"], but=["Ada Lovelace"])
    False
    """
    for other in sorted(but, key=len, reverse=True):
        text = text.replace(other, "\n")
    # An underscore parts words in names of files, so `\b` will not do.
    return any(re.search(rf"(?<![^\W_]){re.escape(w)}(?![^\W_])", text) for w in words)


def _texts_of(path: Path) -> Iterator[str]:
    content = path.read_bytes()
    if content.startswith(b"PAR1"):
        yield from _parquet_texts(path)
    elif content.startswith(b"\x89PNG"):
        yield from _png_texts(path)
    else:
        yield from _plain_texts(content.decode("utf-8"))


def _plain_texts(text: str) -> Iterator[str]:
    yield _DATA_URI.sub("", text)
    yield html.unescape(_DATA_URI.sub("", text))
    for code in _DATA_URI.findall(text):
        try:
            inner = base64.b64decode(code, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            continue  # a picture of pixels; it was drawn from the tables beside it
        yield from (inner, html.unescape(inner))


def _parquet_texts(path: Path) -> Iterator[str]:
    with pq.ParquetFile(path) as plain:
        schema = plain.schema_arrow
        yield f"{schema.to_string(show_schema_metadata=True)}"
        yield str(plain.metadata.metadata)
        yield str(plain.metadata.to_dict())  # names and, by row group, the least and the greatest
        names = [field.name for field in schema if _holds_texts(field.type)]
    # Read as dictionaries: these also hold what no row uses.
    with pq.ParquetFile(path, read_dictionary=names) as file:
        for group in range(file.num_row_groups):
            table = file.read_row_group(group, columns=names)
            for column in table.columns:
                for chunk in column.chunks:
                    yield "\n".join(str(text) for text in chunk.dictionary.to_pylist())


def _holds_texts(kind: object) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_dictionary(kind))


def _png_texts(path: Path) -> Iterator[str]:
    try:
        with Image.open(path) as image:
            yield "\n".join(f"{key} {value}" for key, value in image.info.items())
    except UnidentifiedImageError as error:
        raise ValueError(path) from error
