"""The folder that ``groupaffect compare`` writes: whole or not at all, and what of it goes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from groupaffect.errors import UsageError, sentence
from groupaffect.evaluation.plain_values import to_plain
from groupaffect.report.publishing import CAPTIONS_FILE
from groupaffect.session.folder_kind import FolderKind

RECORD_FILE = "comparison.json"
SESSIONS_FOLDER = "sessions"
FIGURES = ("heatmap_*", "distribution", "complementarity_*")


def comparison_kind(output: Path) -> FolderKind:
    """Return what a comparison is, and which of the files in a folder are results of one."""
    patterns = (f"{name}.{suffix}" for name in FIGURES for suffix in ("pdf", "svg"))
    drawn = {path.name for pattern in patterns for path in output.glob(pattern)}
    results = drawn | {RECORD_FILE, CAPTIONS_FILE, SESSIONS_FOLDER}
    return FolderKind("comparison", RECORD_FILE, frozenset(results))


def check_inputs_stay(inputs: Iterable[Path], output: Path) -> None:
    """Check that replacing an earlier comparison would not remove what is compared.

    Raises
    ------
    UsageError : a recording or a session lies among the sessions that would go.
    """
    going = (output / SESSIONS_FOLDER).resolve()
    for path in inputs:
        if path.resolve().is_relative_to(going):
            message = sentence(
                wanted="`--force` must not replace what is compared",
                got=f"{path} within the comparison",
                remedy=f"choose another output: {output}",
            )
            raise UsageError(message)


def write_record(folder: Path, result: dict[str, Any]) -> None:
    """Write what was found as JSON, with numbers to four places."""
    text = json.dumps(to_plain(result), indent=2, ensure_ascii=False)
    (folder / RECORD_FILE).write_text(f"{text}\n", encoding="utf-8", errors="backslashreplace")
