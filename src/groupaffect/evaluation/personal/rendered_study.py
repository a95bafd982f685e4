"""Personal models of rendered people with biased resting faces: part of ``make personal``.

Writes ``benchmarks/personal_rendered.json``. Nothing was chosen by these people; recordings lie
in a temporary folder and go.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from groupaffect.errors import InsufficientDataError
from groupaffect.evaluation.personal.rendered_casts import (
    LATER_S,
    LEARN_S,
    N_CASTS,
    RESTING_STRENGTH,
    make_cast,
)
from groupaffect.evaluation.personal.rendered_people import WAYS, PersonTried, WayTried, try_cast
from groupaffect.evaluation.personal.trials import summarise
from groupaffect.evaluation.plain_values import to_plain
from groupaffect.inference import network_hashes
from groupaffect.settings import Settings

COMMAND = "python -m groupaffect.evaluation.personal.rendered_study"
FIGURES = ("macro_f1", "accuracy", "ccc")
KINDS = {"biased": True, "usual": False}


def study_rendered(
    *, n_casts: int = N_CASTS, learn_s: int = LEARN_S, later_s: int = LATER_S
) -> dict[str, Any]:
    """Return what profiles change, for people who are biased at rest and for the others.

    Parameters
    ----------
    learn_s, later_s : lengths of both recordings.
    """
    tried: list[PersonTried] = []
    unread = 0
    for number in range(n_casts):
        cast = make_cast(number, learn_s=learn_s, later_s=later_s)
        with tempfile.TemporaryDirectory() as folder:
            try:
                tried += try_cast(cast, number, folder=Path(folder))
            except InsufficientDataError as error:  # somebody was not found in the pictures
                unread += 1
                sys.stderr.write(f"{error}\n")
        sys.stderr.write(f"cast {number + 1} of {n_casts}\n")
    result = {
        "command": COMMAND,
        "n_casts": n_casts - unread,
        "n_unread": unread,
        "learn_s": learn_s,
        "later_s": later_s,
        "resting_strength": RESTING_STRENGTH,
        "kinds": {
            kind: summarise_people([one for one in tried if one.biased == is_biased])
            for kind, is_biased in KINDS.items()
        },
        "networks": network_hashes(Settings().networks),
    }
    plain: dict[str, Any] = to_plain(result)
    return plain


def summarise_people(tried: Sequence[PersonTried]) -> dict[str, Any]:
    """Return means over people with intervals, and each person's figures before and after."""
    return {
        "n": len(tried),
        "before": {f: float(np.mean([one.before[f] for one in tried])) for f in FIGURES},
        "ways": {name: _summary([one.ways[name] for one in tried]) for name in WAYS},
        "people": [
            {
                "cast": one.cast,
                "before": one.before["macro_f1"],
                "anyway": {name: way.anyway["macro_f1"] for name, way in one.ways.items()},
                "refused": {name: way.refused for name, way in one.ways.items()},
            }
            for one in tried
        ],
    }


def _summary(ways: Sequence[WayTried]) -> dict[str, Any]:
    gains = {
        "decided": [one.decided for one in ways],
        "anyway": [one.anyway for one in ways],
        "adaptive": [one.adaptive for one in ways],
        "wrong_group": [one.wrong for one in ways if one.wrong],
    }
    return {"refused": float(np.mean([one.refused for one in ways]))} | {
        name: {f: summarise(np.array([one[f] for one in each])) for f in FIGURES}
        for name, each in gains.items()
        if each
    }


def main() -> None:
    """Write the figures."""
    parser = argparse.ArgumentParser(prog=COMMAND)
    parser.add_argument("--casts", type=int, default=N_CASTS, help="fewer, for trying out")
    parser.add_argument("--json", type=Path, default=Path("benchmarks/personal_rendered.json"))
    arguments = parser.parse_args()
    result = study_rendered(n_casts=arguments.casts)
    arguments.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
