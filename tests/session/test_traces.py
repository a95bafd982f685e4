"""The search finds a word wherever a session can hide it."""

from __future__ import annotations

import base64
import html
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image, PngImagePlugin

from groupaffect.session import text_windows
from groupaffect.session.traces import Traces, find_traces


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


def write_folded(path: Path) -> None:
    path.with_suffix(".txt").write_text("met a&b")


def write_nested_columns(path: Path) -> None:
    column = pa.array([["P1"], ["A&B"]], pa.list_(pa.large_string()))
    pq.write_table(pa.table({"who": column}), path.with_suffix(".parquet"), write_statistics=False)


def write_long_text(path: Path) -> None:
    path.with_suffix(".txt").write_text("A&B" + "\n" * 3 * text_windows.CHUNK_BYTES)


def write_png(path: Path) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Title", "A&B over time")
    Image.fromarray(np.zeros((2, 2), np.uint8)).save(path.with_suffix(".png"), pnginfo=info)


@pytest.mark.parametrize(
    "write",
    [
        *(write_text, write_escaped, write_picture_in_page, write_name, write_column),
        *(write_statistics, write_unused_dictionary, write_png, write_folded),
        *(write_nested_columns, write_long_text),
    ],
)
def test_find_traces_finds_the_word(tmp_path: Path, write: Callable[[Path], None]) -> None:
    write(tmp_path / "file")
    (path,) = tmp_path.iterdir()
    found = find_traces(tmp_path, ["A&B"])
    assert (found.n_files, found.found, found.unread) == (1, (path.name,), ())
    assert find_traces(tmp_path, ["P2", "Ben"]).found == ()


def test_find_traces_leaves_longer_names_of_others_alone(tmp_path: Path) -> None:
    (tmp_path / "participants.csv").write_text("P3,Ada Lovelace\nP10,Adam\n")
    assert find_traces(tmp_path, ["P1", "Ada"], but=["Ada Lovelace"]).found == ()
    assert find_traces(tmp_path, ["P1", "Ada"]).found == ("participants.csv",)


def escape_all(text: str) -> str:
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


@pytest.mark.parametrize(
    ("stored", "typed"),
    [("Jose\u0301", "JOS\u00c9"), ("Jos\u00e9", "jose\u0301"), ("Strauß", "STRAUSS")],
)
@pytest.mark.parametrize(
    "escape", [str, html.escape, lambda t: t.encode("ascii", "xmlcharrefreplace").decode()]
)
def test_find_traces_compares_case_and_composition_away(
    tmp_path: Path, stored: str, typed: str, escape: Callable[[str], str]
) -> None:
    (tmp_path / "notes.html").write_text(escape(f"<{stored}>"), encoding="utf-8")
    assert find_traces(tmp_path, [typed]).found == ("notes.html",)
    assert find_traces(tmp_path, [typed], but=[f"{typed} {typed}"]).found == ("notes.html",)
    assert find_traces(tmp_path, [typed[:-1]]).found == ()


def test_find_traces_finds_names_in_paths(tmp_path: Path) -> None:
    inner = tmp_path / "Study ada" / "ADA-1" / "x_ada.d"
    inner.mkdir(parents=True)
    (inner / "Adam.txt").touch()
    (inner / "2_ada.txt").touch()
    whole = find_traces(tmp_path / "Study ada", ["Ada"])
    assert whole == Traces(
        n_files=2,
        found=("ADA-1/", "ADA-1/x_ada.d/", "ADA-1/x_ada.d/2_ada.txt", "Study ada/"),
        unread=(),
    )
    assert find_traces(inner, ["Ada"]).around == ("ADA-1", "Study ada")


def test_find_traces_does_not_take_its_own_names_for_somebody(tmp_path: Path) -> None:
    (tmp_path / "figures").mkdir()
    for name in ("group.csv", "report.html", "figures/group.svg"):
        (tmp_path / name).touch()
    assert find_traces(tmp_path, ["Group", "Report", "Figures"]).found == ("figures/group.svg",)


def test_find_traces_follows_no_links_to_folders_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to(tmp_path)
    (tmp_path / "itself").symlink_to("itself")
    os.mkfifo(tmp_path / "pipe")
    assert find_traces(tmp_path, ["Ada"]) == Traces(2, (), ("itself", "pipe", "round/"))


def test_find_traces_names_a_folder_that_may_not_be_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "closed").mkdir()
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert find_traces(tmp_path, ["Ada"]).unread == ("closed/",)


def test_find_traces_tells_its_own_unread_files_from_those_of_others(tmp_path: Path) -> None:
    (tmp_path / "figures").mkdir()
    for name in ("report.html", "figures/group.svg", "sound.bin"):
        (tmp_path / name).write_bytes(b"\xff")
    traces = find_traces(tmp_path, ["Ada"])
    assert traces.unread == ("figures/group.svg", "report.html", "sound.bin")
    assert traces.unread_results == ("figures/group.svg", "report.html")


def test_find_traces_needs_little_memory_for_large_files(tmp_path: Path) -> None:
    n_bytes = 12 * text_windows.CHUNK_BYTES
    (tmp_path / "line.json").write_text("x" * n_bytes + " Ada", encoding="utf-8")
    code = base64.b64encode(b"y" * n_bytes + b" Ada").decode()
    (tmp_path / "page.html").write_text(f'<img src="data:image/svg+xml;base64,{code}">')
    with (tmp_path / "recording.raw").open("wb") as file:
        file.truncate(1 << 34)
    tracemalloc.start()
    try:
        traces = find_traces(tmp_path, ["Ada"])
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert traces == Traces(3, ("line.json", "page.html"), ("recording.raw",))
    assert peak_bytes < n_bytes


@pytest.mark.parametrize("content", [b"\x00\xff\xfe", b"PAR1 damaged", b"\x89PNG damaged"])
def test_find_traces_tells_what_it_could_not_look_into(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file.bin").write_bytes(content)
    assert find_traces(tmp_path, ["Ada"]).unread == ("file.bin",)
