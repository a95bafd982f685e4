"""Search every file of a session for words that must not be in it any more."""

from __future__ import annotations

import html
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image, UnidentifiedImageError

from groupaffect.session.columns import FIGURES_FOLDER, FILES, HISTORY_FOLDER, REPORT_FILE
from groupaffect.session.folder_kind import RESULT
from groupaffect.session.text_windows import decode_chunks, iterate_windows
from groupaffect.session.words import bears_word

# The longest way to write one character: four code points once it is decomposed, each as an
# escape of HTML such as `&#x1F600;`.
_ESCAPED = 40


@dataclass(frozen=True, slots=True)
class Traces:
    """What a search found.

    Attributes
    ----------
    n_files : searched. found : files that hold a word or are named after one, and folders that
        are, by path within the session (its own folder by name); folders end in a slash.
    own_text : files that we make from the tables and that hold a word while no table beside them
        does: it is in what every report says, as "may" is.
    unread : files and folders that could not be looked into.
    around : folders around the session that are named after a word.
    """

    n_files: int
    found: tuple[str, ...]
    unread: tuple[str, ...]
    around: tuple[str, ...] = ()
    own_text: tuple[str, ...] = ()

    @property
    def unread_results(self) -> tuple[str, ...]:
        """Those that could not be looked into though they are the session's own."""
        return tuple(name for name in self.unread if Path(name).parts[0] in RESULT)


def find_traces(folder: Path, words: Sequence[str], *, but: Iterable[str] = ()) -> Traces:
    """Search names and content of all that is below a folder for whole words.

    Text is searched as it is and with HTML's escapes undone; pictures within HTML too; Parquet
    by its texts, dictionaries, statistics and metadata; PNG by its texts. Case and composition
    of characters do not matter. Memory does not grow with the files. Links to folders are not
    followed: they count as unread.

    Parameters
    ----------
    but : longer texts that may hold the words, such as the name of somebody else.
    """
    but = tuple(but)
    overlap = _ESCAPED * max(map(len, (*words, *but)), default=0) + 2
    files, folders, unread = _list_below(folder)
    labels = {folder: f"{folder.name}/"}
    labels |= {path: f"{path.relative_to(folder)}/" for path in folders}
    labels |= {path: str(path.relative_to(folder)) for path in files}
    # Our own files' names are about nobody, even where somebody is called Group.
    named = (path for path, label in labels.items() if label.rstrip("/") not in RESULT)
    found = {path for path in named if bears_word(path.name, words, but=but)}
    holding = set[Path]()
    for path in files:
        try:
            texts = _texts_of(path, overlap=overlap)
            if any(bears_word(text, words, but=but) for text in texts):
                holding.add(path)
        except (ValueError, OSError, pa.ArrowException, Image.DecompressionBombError):
            unread.append(path)
    own = _find_own_text(folder, holding, doubtful=holding.union(unread)) - found
    above = folder.absolute().parents
    return Traces(
        n_files=len(files),
        found=tuple(sorted(labels[path] for path in found | holding - own)),
        unread=tuple(sorted(labels[path] for path in unread)),
        around=tuple(path.name for path in above if bears_word(path.name, words, but=but)),
        own_text=tuple(sorted(labels[path] for path in own)),
    )


def _find_own_text(folder: Path, holding: Iterable[Path], *, doubtful: set[Path]) -> set[Path]:
    """Return which reports and figures hold a word though no table beside them may hold it.

    They are made from the tables alone, so that it is a word of ours.
    """
    own = set()
    for path in holding:
        is_figure = path.parent.name == FIGURES_FOLDER and path.suffix == ".svg"
        result = path.parent.parent if is_figure else path.parent
        is_result = result == folder or result.parent == folder / HISTORY_FOLDER
        is_made = is_figure or path.name == REPORT_FILE
        if is_made and is_result and doubtful.isdisjoint(result / name for name in FILES):
            own.add(path)
    return own


def _list_below(folder: Path) -> tuple[list[Path], list[Path], list[Path]]:
    """Return all files, all folders, and the folders among them that are not looked into."""
    files: list[Path] = []
    folders: list[Path] = []
    unread: list[Path] = []
    for place, inner, names in os.walk(folder, onerror=lambda e: unread.append(Path(e.filename))):
        files += [Path(place, name) for name in names]
        folders += [Path(place, name) for name in inner]
    return files, folders, [*unread, *(path for path in folders if path.is_symlink())]


def _texts_of(path: Path, *, overlap: int) -> Iterator[str]:
    """Yield all texts of a file, long ones in windows."""
    if not path.is_file():
        raise OSError("a pipe, or a link that leads nowhere")
    with path.open("rb") as file:
        magic = file.read(4)
        if magic == b"PAR1":
            yield from _parquet_texts(path)
        elif magic == b"\x89PNG":
            yield from _png_texts(path)
        else:
            file.seek(0)
            for window in iterate_windows(decode_chunks(file), overlap=overlap):
                yield window
                if "&" in window:
                    yield html.unescape(window)


def _parquet_texts(path: Path) -> Iterator[str]:
    with pq.ParquetFile(path) as plain:
        schema = plain.schema_arrow
        yield f"{schema.to_string(show_schema_metadata=True)}"
        yield str(plain.metadata.metadata)
        yield str(plain.metadata.to_dict())  # names and, by row group, the least and the greatest
        names = [field.name for field in schema if not pa.types.is_primitive(field.type)]
        flat = [field.name for field in schema if _is_text(field.type)]
    # Read as dictionaries: these also hold what no row uses.
    with pq.ParquetFile(path, read_dictionary=flat) as file:
        for group in range(file.num_row_groups):
            table = file.read_row_group(group, columns=names)
            for column in table.columns:
                for chunk in column.chunks:
                    is_dictionary = pa.types.is_dictionary(chunk.type)
                    values = chunk.dictionary if is_dictionary else chunk
                    yield "\n".join(str(value) for value in values.to_pylist())


def _is_text(kind: object) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_dictionary(kind))


def _png_texts(path: Path) -> Iterator[str]:
    try:
        with Image.open(path) as image:
            yield "\n".join(f"{key} {value}" for key, value in image.info.items())
    except UnidentifiedImageError as error:
        raise ValueError(path) from error
