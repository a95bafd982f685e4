"""The committed figures of personal models: ``make personal DATA=...``.

Simulated sessions made of real faces and their embeddings. Writes ``benchmarks/personal.json``;
``page_files`` writes the page. Faces are the reporting half of the pools; the numbers in
``PersonalSettings`` and ``evidence`` were chosen on the other half.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from groupaffect.evaluation.benchmark.flicker import load_flickers
from groupaffect.evaluation.personal.embedded_faces import read_embedded_faces
from groupaffect.evaluation.personal.manners import MANNERS, Cast, Manner
from groupaffect.evaluation.personal.page_files import MAIN_FILE
from groupaffect.evaluation.personal.simulated import APART, TEST_S, TOGETHER, Setting
from groupaffect.evaluation.personal.trials import (
    Trial,
    circular_trial,
    summarise,
    try_setting,
)
from groupaffect.evaluation.plain_values import to_plain
from groupaffect.inference import network_hashes
from groupaffect.person_profile import AdapterKind
from groupaffect.settings import Settings

COMMAND = "make personal DATA=../shared/data"
N_MAIN, N_SWEEP, N_CIRCULAR = 10, 8, 8  # people at each point
FIGURES = ("macro_f1", "accuracy", "ccc", "pearson", "group_pearson")
SWEPT: tuple[Manner, ...] = ("usual", "biased")
MINUTES = (2.0, 3.0, 5.0, 10.0, 20.0)
FOLLOWING = (0.25, 0.5, 0.7, 0.85, 1.0)  # chance to go along with a change; .85 elsewhere
NOISE = (0.0, 0.25, 0.5, 0.75)
BIAS = (0.5, 1.0, 1.5, 2.0)


def study_personal(data: Path, *, half: str = "reporting", n: int | None = None) -> dict[str, Any]:
    """Return every figure of the page.

    Parameters
    ----------
    data : the folder that holds ``fer2013/``.
    half : "choosing": the faces that settings may be chosen on.
    n : people at each point, for trying out.
    """
    faces, reporting = read_embedded_faces(data)
    chosen = faces.where(reporting if half == "reporting" else ~reporting)
    cast = Cast(chosen, load_flickers()["usual"])
    return study_cast(cast, n=n) | {
        "command": COMMAND,
        "half": half,
        "n_faces": len(chosen),
        "networks": network_hashes(Settings().networks),
    }


def study_cast(cast: Cast, *, n: int | None = None) -> dict[str, Any]:
    """Return the figures of people drawn from one cast; equal casts give equal figures."""
    n_main, n_sweep = n or N_MAIN, n or N_SWEEP
    result = {
        "test_s": TEST_S,
        "main": [
            {"manner": manner, "looks": looks}
            | _rows(Setting(manner, new_looks=looks == "new"), cast, n_main, in_full=True)
            for looks in ("same", "new")
            for manner in MANNERS
        ],
        "apart": [
            {"manner": manner} | _rows(Setting(manner, dynamics=APART), cast, n_sweep)
            for manner in SWEPT
        ],
        "circular": circular_trial(
            Setting("usual", dynamics=APART), cast, n_people=n or N_CIRCULAR, seed=1
        ),
        "minutes": _sweep(cast, n_sweep, [Setting(m, minutes=x) for m in SWEPT for x in MINUTES]),
        "following": _sweep(cast, n_sweep, [_following(m, x) for m in SWEPT for x in FOLLOWING]),
        "noise": _sweep(cast, n_sweep, [Setting(m, label_noise=x) for m in SWEPT for x in NOISE]),
        "bias": _sweep(cast, n_sweep, [Setting("biased", bias=x) for x in BIAS]),
    }
    plain: dict[str, Any] = to_plain(result)
    return plain


def _following(manner: Manner, share: float) -> Setting:
    return Setting(manner, dynamics=replace(TOGETHER, follow=share))


def _sweep(cast: Cast, n_people: int, settings: Sequence[Setting]) -> list[dict[str, Any]]:
    """Return what an offset changes for people who wear the same faces later on."""
    return [
        {
            "manner": setting.manner,
            "minutes": setting.minutes,
            "follow": setting.dynamics.follow,
            "noise": setting.label_noise,
            "bias": setting.bias,
        }
        | _rows(replace(setting, new_looks=False), cast, n_people, adapters=("offset",))
        for setting in settings
    ]


def _rows(
    setting: Setting,
    cast: Cast,
    n_people: int,
    *,
    adapters: Sequence[AdapterKind] = ("offset", "head"),
    in_full: bool = False,
) -> dict[str, Any]:
    trials = try_setting(
        setting, cast, n_people=n_people, adapters=adapters, seed=0, in_full=in_full
    )
    first = trials[adapters[0]]
    return {
        "before": {f: float(np.mean([one.before[f] for one in first])) for f in FIGURES},
        "group_refused": float(np.mean([one.group_refused for one in first])),
        "adapters": {name: _summary(found) for name, found in trials.items()},
    }


def _summary(trials: Sequence[Trial]) -> dict[str, Any]:
    gains: dict[str, list[Mapping[str, float]]] = {
        "decided": [one.decided for one in trials],
        "anyway": [one.anyway for one in trials],
        "wrong_group": [one.wrong for one in trials if one.wrong],
        "adaptive": [one.adaptive for one in trials if one.adaptive],
    }
    return {"refused": float(np.mean([one.refused for one in trials]))} | {
        name: {f: summarise(np.array([one[f] for one in each])) for f in FIGURES}
        for name, each in gains.items()
        if each
    }


def main() -> None:
    """Write the figures."""
    parser = argparse.ArgumentParser(prog="python -m groupaffect.evaluation.personal.study")
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds fer2013/")
    parser.add_argument("--half", choices=("reporting", "choosing"), default="reporting")
    parser.add_argument("--people", type=int, help="at each point, for trying out")
    parser.add_argument("--json", type=Path, default=Path("benchmarks") / MAIN_FILE)
    arguments = parser.parse_args()
    result = study_personal(arguments.data, half=arguments.half, n=arguments.people)
    arguments.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
