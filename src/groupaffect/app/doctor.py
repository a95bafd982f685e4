"""``groupaffect doctor``: what is installed, and whether it is whole."""

from __future__ import annotations

import dataclasses
import hashlib
import json as json_reader
import os
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec

import typer

from groupaffect import __version__
from groupaffect.app.failures import FAILED
from groupaffect.app.options import Debug, Json, Quiet

PACKAGES = ("av", "jaxtyping", "matplotlib", "numpy", "onnxruntime", "pillow", "pyarrow", "scipy")
EXTRAS = {"train": ("torch", "onnx", "sklearn"), "test": ("pytest", "hypothesis", "beartype")}
STAGES_WITH_MODELS = ("faces", "expression")


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
    quiet: Quiet = False,
    json: Json = None,
    _debug: Debug = False,
) -> None:
    """Show versions, execution providers and networks, and whether anything is missing."""
    from groupaffect.app.json_output import STANDARD_OUTPUT, write_json

    findings = examine()
    if not quiet and json != STANDARD_OUTPUT:
        for line in findings_lines(findings):
            typer.echo(line)
    write_json(dataclasses.asdict(findings), json)
    for problem in findings.problems:
        typer.echo(f"groupaffect: {problem}", err=True)
    if findings.problems:
        raise typer.Exit(FAILED)


def examine() -> Findings:
    """Return what is installed here."""
    packages = {name: _version(name) for name in PACKAGES}
    models = tuple(model for stage in STAGES_WITH_MODELS for model in _models_of(stage))
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
    bare = [stage for stage in STAGES_WITH_MODELS if stage not in {m.stage for m in models}]
    return tuple(
        [f"the package `{name}` is not installed; install groupaffect again." for name in absent]
        + [f"no network of stage `{stage}` is there; install groupaffect again." for stage in bare]
    )


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


def _models_of(stage: str) -> list[ModelFile]:
    folder = files("groupaffect").joinpath(stage, "weights")
    if not folder.is_dir():
        return []
    entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    return [_read_model(stage, folder, e) for e in entries if e.name.endswith(".onnx")]


def _read_model(stage: str, folder: Traversable, entry: Traversable) -> ModelFile:
    content = entry.read_bytes()
    name = entry.name.removesuffix(".onnx")
    card = folder.joinpath(f"{name}.json")
    said = json_reader.loads(card.read_text(encoding="utf-8")) if card.is_file() else None
    return ModelFile(stage, name, len(content), hashlib.sha256(content).hexdigest(), said)
