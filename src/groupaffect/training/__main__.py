"""Run a recipe: ``python -m groupaffect.training RECIPE --data DIR``."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable
from pathlib import Path

import torch

from groupaffect.training import recipes


def make_papers_networks(data: Path, checkpoints: Path, device: torch.device) -> None:
    """Run the three recipes in the order in which they need each other."""
    recipes.make_landmark_network(data, checkpoints, device)
    recipes.make_papers_image_model(data, checkpoints, device)
    recipes.make_landmark_model(data, checkpoints, device)


RECIPES: dict[str, Callable[[Path, Path, torch.device], None]] = {
    "paper": make_papers_networks,
    "detector": recipes.make_detector,
    "landmark-network": recipes.make_landmark_network,
    "landmark-network-shape": recipes.make_shape_network,
    "image-model": recipes.make_image_model,
    "image-model-taught": recipes.make_taught_image_model,
    "image-model-paper": recipes.make_papers_image_model,
    "landmark-model": recipes.make_landmark_model,
    "landmark-model-shape": recipes.make_landmark_shape_model,
    "appearance": recipes.make_appearance,
    "expression-cards": recipes.make_expression_cards,
}


def main() -> None:
    """Train one model, or go on where a killed run stopped, and write weights and card."""
    parser = argparse.ArgumentParser(prog="python -m groupaffect.training", description=__doc__)
    parser.add_argument("recipe", choices=[*RECIPES])
    parser.add_argument(
        "--data", type=Path, required=True, help="the folder with fer2013/ (detector: a wheel)"
    )
    parser.add_argument("--checkpoints", type=Path, default=Path("checkpoints"))
    parser.add_argument(
        "--device", type=torch.device, default=torch.device("cpu"), help="cpu or cuda"
    )
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    arguments.checkpoints.mkdir(parents=True, exist_ok=True)
    RECIPES[arguments.recipe](arguments.data, arguments.checkpoints, arguments.device)


if __name__ == "__main__":
    main()
