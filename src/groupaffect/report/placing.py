"""Put several files in their places, each whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from groupaffect.session.folder import clean_abandoned, open_work_folder


def place_files(files: Mapping[str, bytes], *, beside: Path) -> None:
    """Write files into a folder; none appears before all are written.

    Parameters
    ----------
    files : by path below the folder.
    beside : the main one among them; what a killed run left half-written bears its name.

    Raises
    ------
    OSError : the files cannot be written; who calls knows what to name (``output_errors``).
    """
    folder = beside.parent
    clean_abandoned(beside)
    with open_work_folder(beside) as work:
        for name, content in files.items():
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            (work / name).write_bytes(content)
        for name in files:
            (folder / name).parent.mkdir(exist_ok=True)
            (work / name).replace(folder / name)
