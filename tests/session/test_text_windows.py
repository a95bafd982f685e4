"""Windows hold the whole text, and whatever is short is whole in one of them."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest

from groupaffect.session import text_windows
from groupaffect.session.text_windows import decode_chunks, iterate_windows


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_windows, "CHUNK_BYTES", 64)


def windows(text: str, *, overlap: int = 20) -> list[str]:
    return list(iterate_windows(decode_chunks(io.BytesIO(text.encode())), overlap=overlap))


def test_windows_of_lines_are_the_text_and_end_with_a_line(rng: np.random.Generator) -> None:
    lines = ["é" * int(n) for n in rng.integers(0, 30, 200)]
    found = windows("\n".join([*lines, ""]))
    assert "".join(found) == "\n".join([*lines, ""])
    assert all(window.endswith("\n") for window in found)
    assert max(map(len, found)) < 3 * 64


@pytest.mark.parametrize("n_before", range(0, 140, 5))
def test_windows_of_one_long_line_hold_a_word_whole(n_before: int) -> None:
    text = "x" * n_before + "Ada of Lovelace" + "y" * 200
    found = windows(text)
    assert any("Ada of Lovelace" in window for window in found)
    assert max(map(len, found)) < 3 * 64


@pytest.mark.parametrize("n_before", range(0, 140, 9))
def test_windows_of_base64_hold_what_it_means(n_before: int) -> None:
    inner = "<svg>" + "é" * n_before + "Ada of Lovelace" + "z" * 100
    code = base64.b64encode(inner.encode()).decode()
    head = "data:image/svg+xml;base64,"
    found = windows("x" * n_before + f'<img src="{head}{code}">\n<img src="{head}{code}">Ben')
    assert sum("Ada of Lovelace" in window for window in found) >= 2
    assert not any(code[:8] in window for window in found)
    assert found[-1] == '">Ben'


@pytest.mark.parametrize("code", ["/9j/4AAQ" * 30, "abc", "a===", "Ada4" + "/w==" * 9])
def test_windows_leave_out_base64_that_is_no_text(code: str) -> None:
    found = windows(f"src=data:image/jpeg;base64,{code}' Ben")
    assert found[0] == "src=data:image/jpeg;base64,"
    assert found[-1] == "' Ben"


@pytest.mark.parametrize("content", [b"a\0b", b"\xff", b"a" * 100 + b"\xc3"])
def test_decode_chunks_of_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"no text|utf-8"):
        list(decode_chunks(io.BytesIO(content)))
