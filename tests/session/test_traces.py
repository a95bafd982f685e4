"""The search finds a word wherever a session can hide it."""

from __future__ import annotations

import base64
import html
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image, PngImagePlugin

from groupaffect.session.traces import find_traces


def write_text(path: Path) -> None:
    path.with_suffix(".csv").write_text("start,participants\n0,P1;A&B\n")


def write_escaped(path: Path) -> None:
    path.with_suffix(".html").write_text(f"<p>{html.escape('A&B')}</p>")


def write_picture_in_page(path: Path) -> None:
    code = base64.b64encode(b"<svg><!-- A&amp;B --></svg>").decode()
    path.with_suffix(".html").write_text(f'<img src="data:image/svg+xml;base64,{code}">')


def write_name(path: Path) -> None:
    path.with_name("expressions_A&B.svg").write_text("")


def write_column(path: Path) -> None:
    pq.write_table(pa.table({"participant": ["P1", "A&B"]}), path.with_suffix(".parquet"))


def write_statistics(path: Path) -> None:
    table = pa.table({"n": [1]}).replace_schema_metadata({"who": "A&B"})
    pq.write_table(table, path.with_suffix(".parquet"))


def write_unused_dictionary(path: Path) -> None:
    column = pa.DictionaryArray.from_arrays(pa.array([0, 0]), pa.array(["P1", "A&B"]))
    pq.write_table(pa.table({"participant": column}), path.with_suffix(".parquet"))


def write_png(path: Path) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Title", "A&B over time")
    Image.fromarray(np.zeros((2, 2), np.uint8)).save(path.with_suffix(".png"), pnginfo=info)


@pytest.mark.parametrize(
    "write",
    [
        *(write_text, write_escaped, write_picture_in_page, write_name, write_column),
        *(write_statistics, write_unused_dictionary, write_png),
    ],
)
def test_find_traces_finds_the_word(tmp_path: Path, write) -> None:  # noqa: ANN001
    write(tmp_path / "file")
    (path,) = tmp_path.iterdir()
    found = find_traces(tmp_path, ["A&B"])
    assert (found.n_files, found.found, found.unread) == (1, (path.name,), ())
    assert find_traces(tmp_path, ["P2", "Ben"]).found == ()


def test_find_traces_leaves_longer_names_of_others_alone(tmp_path: Path) -> None:
    (tmp_path / "participants.csv").write_text("P3,Ada Lovelace\nP10,Adam\n")
    assert find_traces(tmp_path, ["P1", "Ada"], but=["Ada Lovelace"]).found == ()
    assert find_traces(tmp_path, ["P1", "Ada"]).found == ("participants.csv",)


@pytest.mark.parametrize("content", [b"\x00\xff\xfe", b"PAR1 damaged", b"\x89PNG damaged"])
def test_find_traces_tells_what_it_could_not_look_into(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file.bin").write_bytes(content)
    assert find_traces(tmp_path, ["Ada"]).unread == ("file.bin",)
