"""Files and functions stay short enough to be read at once."""

from __future__ import annotations

from pathlib import Path

from architecture import function_lengths

ROOT = Path(__file__).resolve().parents[1]
MAX_FILE_LINES = 500
MAX_BODY_LINES = 80


def test_files_are_short() -> None:
    paths = [*(ROOT / "src").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    long = {str(p.relative_to(ROOT)): n for p in paths if (n := _n_lines(p)) > MAX_FILE_LINES}
    assert not long


def test_function_bodies_are_short() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{name}": n_lines
        for path in (ROOT / "src").rglob("*.py")
        for name, n_lines in function_lengths(path)
        if n_lines > MAX_BODY_LINES
    }
    assert not long


def test_function_lengths_leave_the_docstring_out(tmp_path: Path) -> None:
    path = tmp_path / "two.py"
    path.write_text('def f():\n    """One.\n\n    Two.\n    """\n    x = 1\n    return x\n')
    assert list(function_lengths(path)) == [("f", 2)]


def _n_lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())
