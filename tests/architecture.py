"""Read the package's own source: who imports whom, how long things are."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "groupaffect"


@dataclass(frozen=True, order=True)
class Import:
    """One import of one module by another, both as dotted names."""

    importer: str
    imported: str
    line: int


def module_name(path: Path, *, source: Path) -> str:
    """Return the dotted name of a file below ``source``."""
    parts = list(path.relative_to(source).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(source: Path) -> list[Import]:
    """Return every import of the package by the package below ``source``, nested ones too."""
    paths = sorted(source.rglob("*.py"))
    modules = {module_name(path, source=source) for path in paths}
    found = {
        Import(module_name(path, source=source), imported, line)
        for path in paths
        for imported, line in _imported(ast.parse(path.read_text(encoding="utf-8")), modules)
        if imported.split(".")[0] == PACKAGE
    }
    return sorted(found)


def _imported(tree: ast.Module, modules: set[str]) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield (whole if whole in modules else node.module), node.lineno


def function_lengths(path: Path) -> Iterator[tuple[str, int]]:
    """Yield each function's name and how many lines its body has, docstring left out."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            if body:
                yield node.name, (body[-1].end_lineno or 0) - body[0].lineno + 1
