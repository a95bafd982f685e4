"""A session as a Psych-DS data set: tables with a JSON sidecar each, to be shared.

Left out is what tells who people are: their names, and boxes and points of their faces by frame.

References
----------
https://psychds-docs.readthedocs.io/en/latest/reference/rules_and_conventions/
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path
from typing import Any

from groupaffect.interchange.tidy_csv import write_tidy_csv
from groupaffect.interchange.variables import describe_variable
from groupaffect.session import Session
from groupaffect.session.columns import PARTICIPANTS_FILE

DESCRIPTION_FILE = "dataset_description.json"
_README = """# {name}

Facial expressions of a conversing group, read from one recording by groupaffect {version}.
It says what faces show, not what people feel; not validated for children.

Context as declared: {context}. Consent reference: {consent}.

`data/` has one table for each kind of result, each with a JSON sidecar that says what its columns
mean. Names of participants and the per-frame table of faces are left out.
"""


def write_psych_ds(folder: Path, session: Session) -> None:
    """Write a folder that follows Psych-DS.

    Raises
    ------
    UnreadableSessionError : a table is damaged.
    OSError : the folder cannot be written.
    """
    data = folder / "data"
    folder.mkdir()
    write_tidy_csv(data, session, with_faces=False)
    _drop_names(data / PARTICIPANTS_FILE)
    keyword = re.sub(r"[^a-zA-Z0-9]", "", session.path.name) or "one"
    columns: dict[str, None] = {}
    for table in sorted(data.glob("*.csv")):
        placed = table.with_name(f"session-{keyword}_description-{table.stem}_data.csv")
        table.rename(placed)
        own = _header(placed)
        columns |= dict.fromkeys(own)
        about = {"description": f"Table {table.stem} of the session {keyword}."}
        _write_json(placed.with_suffix(".json"), _dataset(keyword, [*own]) | about)
    _write_json(folder / DESCRIPTION_FILE, _dataset(keyword, [*columns]))
    (folder / "README.md").write_text(_readme(keyword, session), encoding="utf-8")


def _dataset(name: str, columns: list[str]) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": name,
        "description": "Facial expressions of a conversing group by second, read by groupaffect.",
        "variableMeasured": [describe_variable(column) for column in columns],
    }


def _readme(keyword: str, session: Session) -> str:
    record = session.record
    return _README.format(
        name=keyword,
        version=record.versions.get("groupaffect", ""),
        context=record.context,
        consent=record.consent or "none",
    )


def _drop_names(path: Path) -> None:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in _header(path) if name != "name"]
    whole = path.with_suffix(".whole")
    with whole.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    shutil.move(whole, path)


def _header(path: Path) -> list[str]:
    with path.open(newline="", encoding="utf-8") as file:
        return next(csv.reader(file), [])


def _write_json(path: Path, values: dict[str, Any]) -> None:
    text = json.dumps(values, indent=2, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8")
