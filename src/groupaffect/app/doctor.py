"""``groupaffect doctor``: what is installed, and whether it is whole."""

from __future__ import annotations

import dataclasses
import json as json_reader
import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from typing import Annotated, TypeGuard

import typer

from groupaffect import __version__
from groupaffect.app.failures import FAILED
from groupaffect.app.options import Debug, Json, Quiet
from groupaffect.inference import list_networks, network_bytes, network_sha256

PACKAGES = (
    *("av", "jaxtyping", "matplotlib", "numpy", "onnxruntime", "pillow", "pyarrow", "rich"),
    *("scipy", "tomli-w", "typer"),
)
EXTRAS = {"train": ("torch", "onnx", "sklearn"), "test": ("pytest", "hypothesis", "beartype")}
# Named here, so that one that is gone is missed; a test holds it to the files.
NETWORKS = (
    ("expression", "image_model"),
    ("expression", "image_model_paper"),
    ("expression", "landmark_model"),
    ("expression", "landmark_model_shape"),
    ("faces", "centerface"),
    ("faces", "landmark_network"),
    ("faces", "landmark_network_shape"),
)


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One network that the package carries; ``card`` is what its model card says, if any."""

    stage: str
    name: str
    size_bytes: int
    sha256: str
    card: dict[str, object] | None


@dataclass(frozen=True, slots=True)
class Findings:
    """All that ``doctor`` shows; ``problems`` are sentences, none when all is well."""

    groupaffect: str
    python: str
    system: str
    n_cores: int
    packages: dict[str, str | None]
    execution_providers: tuple[str, ...]
    models: tuple[ModelFile, ...]
    extras: dict[str, bool]
    problems: tuple[str, ...]


def command(
    cards: Annotated[
        bool, typer.Option("--cards", help="Also show each network's model card.")
    ] = False,
    quiet: Quiet = False,
    json: Json = None,
    _debug: Debug = False,
) -> None:
    """Show versions, execution providers and networks, and whether anything is missing."""
    from groupaffect.app.json_output import STANDARD_OUTPUT, check_target, write_json

    check_target(json)
    findings = examine()
    if not quiet and json != STANDARD_OUTPUT:
        shown = [card_lines(model) for model in findings.models] if cards else []
        lines = [*findings_lines(findings), *(line for card in shown for line in ("", *card))]
        typer.echo("\n".join(lines))
    write_json(dataclasses.asdict(findings), json)
    for problem in findings.problems:
        typer.echo(f"groupaffect: {problem}", err=True)
    if findings.problems:
        raise typer.Exit(FAILED)


def examine() -> Findings:
    """Return what is installed here."""
    packages = {name: _version(name) for name in PACKAGES}
    models = tuple(_read_model(stage, name) for stage, name in list_networks())
    extras = {name: all(map(find_spec, modules)) for name, modules in EXTRAS.items()}
    return Findings(
        groupaffect=__version__,
        python=platform.python_version(),
        system=platform.platform(),
        n_cores=os.cpu_count() or 1,
        packages=packages,
        execution_providers=_providers(),
        models=models,
        extras=extras,
        problems=find_problems(packages, models),
    )


def find_problems(
    packages: dict[str, str | None], models: tuple[ModelFile, ...]
) -> tuple[str, ...]:
    """Return a sentence for each package or network that an analysis would miss.

    Examples
    --------
    >>> find_problems({"av": None}, ())[0]
    'the package `av` is not installed; install groupaffect again.'
    """
    absent = [name for name, found in packages.items() if found is None]
    there = {(model.stage, model.name) for model in models}
    gone = [f"{stage}/{name}" for stage, name in NETWORKS if (stage, name) not in there]
    changed = [f"{model.stage}/{model.name}" for model in models if not _is_as_carded(model)]
    return tuple(
        [f"the package `{name}` is not installed; install groupaffect again." for name in absent]
        + [f"the network `{name}` is missing; install groupaffect again." for name in gone]
        + [
            f"the network `{name}` is not the one its card names; install groupaffect again."
            for name in changed
        ]
    )


def _is_as_carded(model: ModelFile) -> bool:
    """Tell whether the file has its card's hash; without a card nothing can be compared."""
    return model.card is None or model.card.get("sha256") == model.sha256


def findings_lines(findings: Findings) -> list[str]:
    """Return the findings as lines for people."""
    found = ", ".join(f"{name} {v or 'missing'}" for name, v in findings.packages.items())
    extras = ", ".join(f"{k} {'yes' if v else 'no'}" for k, v in findings.extras.items())
    return [
        f"groupaffect {findings.groupaffect}, python {findings.python}",
        f"system      {findings.system}, {findings.n_cores} cores",
        f"packages    {found}",
        f"inference   {', '.join(findings.execution_providers) or 'none'}",
        f"extras      {extras}",
        *(
            f"network     {model.stage}/{model.name}, {model.size_bytes / 1e6:.2f} MB, "
            f"sha256 {model.sha256[:16]}, {'card' if model.card else 'no card'}"
            for model in findings.models
        ),
    ]


def card_lines(model: ModelFile) -> list[str]:
    """Return a network's card as lines for people: sentences first, then its figures.

    Examples
    --------
    >>> card_lines(ModelFile("faces", "finder", 9, "ab", {"data": "walls", "figures": {"n": 3}}))
    ['faces/finder', '  data: walls', '  figures:', '    n: 3']
    """
    card = model.card or {"card": "none"}
    return [f"{model.stage}/{model.name}", *_tree(card, depth=1)]


def _tree(values: dict[str, object], *, depth: int) -> Iterator[str]:
    """Yield a line for each value; branches after leaves."""
    for name, value in sorted(values.items(), key=lambda pair: isinstance(pair[1], dict)):
        if isinstance(value, dict):
            yield f"{'  ' * depth}{name}:"
            yield from _tree(value, depth=depth + 1)
        elif _is_table(value):
            yield f"{'  ' * depth}{name}:"
            yield from ("  " * (depth + 1) + " ".join(f"{n:4}" for n in row) for row in value)
        else:
            yield f"{'  ' * depth}{name}: {value}"


def _is_table(value: object) -> TypeGuard[list[list[int]]]:
    return isinstance(value, list) and bool(value) and all(isinstance(row, list) for row in value)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _providers() -> tuple[str, ...]:
    try:
        import onnxruntime
    except ImportError:  # told as a missing package
        return ()
    return tuple(onnxruntime.get_available_providers())


def _read_model(stage: str, name: str) -> ModelFile:
    card = files("groupaffect").joinpath(stage, "weights", f"{name}.json")
    size_bytes, sha256 = len(network_bytes(stage, name)), network_sha256(stage, name)
    return ModelFile(stage, name, size_bytes, sha256, _read_card(card) if card.is_file() else None)


def _read_card(card: Traversable) -> dict[str, object]:
    """Return what a card says; nothing where it is damaged, so that it is told as changed."""
    try:
        said = json_reader.loads(card.read_text(encoding="utf-8"))
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
