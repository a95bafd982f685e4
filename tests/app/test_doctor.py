"""What ``doctor`` finds wrong with an installation."""

from __future__ import annotations

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from groupaffect.app.command_line import build_app
from groupaffect.app.doctor import NETWORKS, ModelFile, examine, find_problems
from groupaffect.expression.model_card import load_card
from groupaffect.inference import list_networks


@pytest.fixture(scope="module")
def models() -> tuple[ModelFile, ...]:
    return examine().models


def test_networks_that_doctor_expects_are_those_of_the_package() -> None:
    assert list_networks() == NETWORKS


def test_whole_installation_has_no_problem(models: tuple[ModelFile, ...]) -> None:
    assert find_problems({"av": "1"}, models) == ()


def test_single_missing_network_is_named(models: tuple[ModelFile, ...]) -> None:
    rest = tuple(model for model in models if model.name != "landmark_model")
    (problem,) = find_problems({}, rest)
    assert "`expression/landmark_model` is missing" in problem


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"sha256": "0" * 64}, id="file"),
        pytest.param({"card": {}}, id="card"),
    ],
)
def test_network_that_differs_from_its_card_is_named(
    models: tuple[ModelFile, ...], change: dict[str, object]
) -> None:
    changed = tuple(
        replace(model, **change) if model.name == "image_model" else model  # type: ignore[arg-type]
        for model in models
    )
    (problem,) = find_problems({}, changed)
    assert "`expression/image_model` is not the one its card names" in problem


def test_packages_of_the_command_line_are_listed() -> None:
    assert {"typer", "rich", "tomli-w"} <= examine().packages.keys()


def test_cards_are_shown_when_asked_for() -> None:
    runner = CliRunner()
    plain, full = (
        runner.invoke(build_app(), ["doctor", *more]).output for more in ((), ("--cards",))
    )
    assert "confusion_rows_are_labels" not in plain
    assert full.startswith(plain)
    assert full.count("not validated for children") >= 3
    card = load_card("image_model")
    assert f"accuracy: {card.figures['FER-2013 PublicTest']['accuracy']}" in full
    first_row = card.figures["FER-2013 PublicTest"]["confusion_rows_are_labels"][0]
    assert " ".join(f"{n:4}" for n in first_row) in full
    assert f"seed: {card.recipe['seed']}" in full
