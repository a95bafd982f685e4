"""A folder of class folders: ``angry/``, ``happy/`` ..., perhaps within ``train/``, ``valid/``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from groupaffect.errors import LabelledSetError, sentence
from groupaffect.evaluation.labelled.labelled_set import LabelledSet
from groupaffect.evaluation.labelled.pictures import decode_picture
from groupaffect.evaluation.labelled.row import LabelledRow
from groupaffect.evaluation.truth import emotion_index
from groupaffect.media.folder import IMAGE_SUFFIXES


def open_class_folders(path: Path) -> LabelledSet:
    """List the images of a folder of class folders; other files are ignored.

    Raises
    ------
    LabelledSetError : no folder in it is named after one of the seven emotions.
    OSError : a folder cannot be read.
    """
    if _has_class_folders(path):
        files = _images_of(path, split=None)
        has_splits = False
    else:
        splits = [folder for folder in _folders(path) if _has_class_folders(folder)]
        files = [image for folder in splits for image in _images_of(folder, split=folder.name)]
        has_splits = True
        if not splits:
            raise _no_class_folders(path)
    return LabelledSet(
        path=path,
        format="folder",
        n_rows=len(files),
        columns=(),
        has_splits=has_splits,
        has_labels=True,
        has_points=False,
        read_rows=partial(_read_rows, path, files),
    )


def _read_rows(path: Path, files: list[tuple[Path, str, str | None]]) -> Iterator[LabelledRow]:
    for index, (file, label, split) in enumerate(files):
        name = file.relative_to(path).as_posix()
        yield LabelledRow(index, name, partial(decode_picture, file), label=label, split=split)


def _folders(path: Path) -> list[Path]:
    return sorted(p for p in path.iterdir() if p.is_dir() and not p.name.startswith("."))


def _has_class_folders(path: Path) -> bool:
    return any(emotion_index(folder.name) >= 0 for folder in _folders(path))


def _images_of(path: Path, *, split: str | None) -> list[tuple[Path, str, str | None]]:
    """Return (image, name of its class folder, split), also from folders within these."""
    return [
        (file, folder.name, split)
        for folder in _folders(path)
        for file in sorted(folder.rglob("*"))
        if file.suffix.lower() in IMAGE_SUFFIXES
        and not file.name.startswith(".")
        and file.is_file()
    ]


def _no_class_folders(path: Path) -> LabelledSetError:
    names = ", ".join(repr(folder.name[:30]) for folder in _folders(path)[:8])
    return LabelledSetError(
        sentence(
            wanted=f"the folder {path.name!r} must hold folders named angry, disgust, fear, ...",
            got=f"the folders {names}" if names else "no folder",
            remedy="name each class folder after its emotion",
        )
    )
