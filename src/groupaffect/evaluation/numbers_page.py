"""The tables of ``docs/numbers.md``, from model cards and ``benchmarks/``: ``make numbers``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from groupaffect.evaluation.page_tables import fill_tables, table_rows
from groupaffect.expression.model_card import load_card
from groupaffect.types import EMOTIONS, MODELS

PAGE = Path("docs/numbers.md")
BENCHMARKS = Path("benchmarks")
NEW_FACES = "without those in Training"
CARD_SET = "FER-2013 PublicTest without twins in Training"
TRAITS = ("usual", "exaggerated", "talking", "subtle", "resting", "badly filmed")
VERDICTS = ("kept", "undetermined", "lost", "constant", "insufficient data")


@dataclass(frozen=True, slots=True)
class Figures:
    """The files that the page cites, as they were read; ``cards`` by model."""

    models: Mapping[str, Any]
    video: Mapping[str, Any]
    fusion: Mapping[str, Any]
    deepfake: Mapping[str, Any]
    doses: Mapping[str, Any]
    cards: Mapping[str, Mapping[str, Any]]


def read_figures(benchmarks: Path = BENCHMARKS) -> Figures:
    """Return what the files say."""

    def read(name: str) -> dict[str, Any]:
        values: dict[str, Any] = json.loads((benchmarks / name).read_text(encoding="utf-8"))
        return values

    return Figures(
        models=read("models.json"),
        video=read("video.json"),
        fusion=read("fusion.json"),
        deepfake=read("deepfake_pair.json"),
        doses=read("dose_response.json"),
        cards={str(model): load_card(f"{model}_model").figures for model in MODELS},
    )


def fill_page(page: str, figures: Figures) -> str:
    """Return the page with its tables as the files have them."""
    return fill_tables(page, {name: partial(made, figures) for name, made in TABLES.items()})


def _found(figures: Figures) -> Iterable[str]:
    """Yield how many faces of each expression are read rightly."""
    preset = figures.models["read_by"]["default"]
    chance = preset["fused"][NEW_FACES]["chance"]
    rows = [
        [source, _with_interval(found[NEW_FACES], "accuracy"), *_by_emotion(found[NEW_FACES])]
        for source, found in preset.items()
    ]
    rows.append(["always “happy”", f"{chance:.2f}", *(str(int(e == "happy")) for e in EMOTIONS)])
    return table_rows(["source", "all", *EMOTIONS], rows)


def _said(figures: Figures) -> Iterable[str]:
    """Yield how often what is said is true."""
    rows = [
        [model, *(f"{card[CARD_SET]['precision'][emotion]:.2f}" for emotion in EMOTIONS)]
        for model, card in figures.cards.items()
    ]
    return table_rows(["when it says", *EMOTIONS], rows)


def _video(figures: Figures) -> Iterable[str]:
    rows = []
    for recording in ("acted group", "acted clips"):
        found = figures.video[recording]["as it is"]["fused"]
        of = f"{recording}, {found['n_seconds']} s of {found['n_clips']} actors and emotions"
        rows.append([of, _with_interval(found, "accuracy"), *_by_emotion(found)])
    return table_rows(["fused, by second", "all", *EMOTIONS], rows)


def _speech(figures: Figures) -> Iterable[str]:
    rows = [
        [name, f"{one['seconds']:.0f}", *(_kept(one, source) for source in (*MODELS, "fixed"))]
        for name, one in figures.video["plain speech"].items()
    ]
    return table_rows(["recording", "seconds", *MODELS, "both at .5"], rows)


def _kept(one: Mapping[str, Any], source: str) -> str:
    return f"{one['changes'][source]['kept_per_minute']:.1f}"


def _people(figures: Figures) -> Iterable[str]:
    rows = []
    for trait in TRAITS:
        found = figures.fusion["public"]["by_trait"][trait]
        cells = [f"{found[way]['accuracy']:.2f}" for way in (*MODELS, "default")]
        rows.append([trait, str(found["n_people"]), *cells])
    return table_rows(["people", "n", *MODELS, "fused"], rows)


def _rest(figures: Figures) -> Iterable[str]:
    n = figures.doses["n_people"]
    rows = [
        [model, f"{figures.doses['models'][model]['all']['neutral_at_rest']:.2f}", str(n)]
        for model in MODELS
    ]
    return table_rows(["model", "read as neutral at rest", "synthetic people"], rows)


def _fake(figures: Figures) -> Iterable[str]:
    rows = []
    for networks, result in figures.deepfake.items():
        for model in MODELS:
            (person,) = result["participants"].values()
            cells = person["models"][model]["diagonal"].values()
            said = [cell["verdict"] for cell in cells]
            rows.append([networks, model, *(str(said.count(verdict)) for verdict in VERDICTS)])
    return table_rows(["networks", "model", *VERDICTS], rows)


def _sureness(figures: Figures) -> Iterable[str]:
    rows = [
        [source, f"{found[NEW_FACES]['ece']:.3f}"]
        for source, found in figures.models["read_by"]["default"].items()
    ]
    return table_rows(["source", "mean gap between probability and share right"], rows)


def _with_interval(found: Mapping[str, Any], name: str) -> str:
    low, high = found[f"{name}_interval"]
    return f"{found[name]:.2f} [{low:.2f}, {high:.2f}]"


def _by_emotion(found: Mapping[str, Any]) -> Sequence[str]:
    return [f"{found['recall'][emotion]:.2f}" for emotion in EMOTIONS]


TABLES = {
    "found": _found,
    "said": _said,
    "video": _video,
    "plain speech": _speech,
    "people": _people,
    "rest": _rest,
    "face swap": _fake,
    "sureness": _sureness,
}


def main() -> None:
    """Write the page's tables anew."""
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(fill_page(page, read_figures()), encoding="utf-8")


if __name__ == "__main__":
    main()
