"""Read a text of any length in windows, so that searching it takes little memory.

What an HTML page holds as base64, such as its figures, is read as a text of its own.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import contextlib
import io
import itertools
import re
from collections.abc import Iterable, Iterator
from operator import itemgetter

CHUNK_BYTES = 1 << 20

_HEAD = re.compile(r"data:[\w/+.-]{1,100};base64,")
_MAX_HEAD = len("data:;base64,") + 100
_NO_CODE = re.compile(r"[^A-Za-z0-9+/=]")


def decode_chunks(file: io.BufferedIOBase) -> Iterator[str]:
    """Yield a file's text piece by piece.

    Raises
    ------
    ValueError : it is no text in UTF-8.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    while chunk := file.read(CHUNK_BYTES):
        if b"\0" in chunk:  # UTF-8 has it, texts do not; the hole of a sparse file is full of it
            raise ValueError("no text")
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def iterate_windows(pieces: Iterable[str], *, overlap: int) -> Iterator[str]:
    """Yield a text in windows of at most some ``CHUNK_BYTES`` characters.

    Windows end with a line. Where a line is longer than a window they overlap instead, so that
    whatever has up to ``overlap`` characters is whole in one of them. Base64 is left out; what
    it holds follows in windows of its own, unless it is no text.

    Examples
    --------
    >>> list(iterate_windows(['<img src="data:image/svg+xml;base64,PHN2', 'Zy8+">'], overlap=9))
    ['<img src="data:image/svg+xml;base64,', '<svg/>', '">']
    """
    for is_code, run in itertools.groupby(_part_codes(pieces), key=itemgetter(0)):
        texts = map(itemgetter(1), run)
        if not is_code:
            yield from _cut_windows(texts, overlap=overlap)
            continue
        # Else a picture of pixels; it was drawn from the tables beside it.
        with contextlib.suppress(binascii.Error, UnicodeDecodeError):
            yield from iterate_windows(_decode_base64(texts), overlap=overlap)


def _cut_windows(pieces: Iterable[str], *, overlap: int) -> Iterator[str]:
    waiting = ""
    for piece in pieces:
        waiting += piece
        if len(waiting) >= CHUNK_BYTES:
            end = waiting.rfind("\n") + 1
            yield waiting[:end] or waiting
            waiting = waiting[end or max(0, len(waiting) - overlap) :]
    if waiting:
        yield waiting


def _part_codes(pieces: Iterable[str]) -> Iterator[tuple[bool, str]]:
    """Yield pieces of text and of base64, and which of the two each is."""
    waiting, in_code = "", False
    for piece in pieces:
        waiting += piece
        while (end := _end_of_run(waiting, in_code=in_code)) is not None:
            yield in_code, waiting[:end]
            waiting, in_code = waiting[end:], not in_code
        end = len(waiting) if in_code else max(0, len(waiting) - _MAX_HEAD)
        yield in_code, waiting[:end]
        waiting = waiting[end:]  # may be the begin of a head
    yield in_code, waiting


def _end_of_run(text: str, *, in_code: bool) -> int | None:
    """Return where base64 ends or a head before it does; None if that is not in the text."""
    end = (_NO_CODE if in_code else _HEAD).search(text)
    if end is None:
        return None
    return end.start() if in_code else end.end()


def _decode_base64(pieces: Iterable[str]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    rest = ""
    for piece in pieces:
        code = rest + piece
        whole = len(code) - len(code) % 4
        rest = code[whole:]
        yield decoder.decode(base64.b64decode(code[:whole], validate=True))
    yield decoder.decode(base64.b64decode(rest, validate=True), final=True)
