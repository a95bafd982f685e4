"""What offsets gain that need no homogeneous group, on simulated people: ``make personal``.

Writes ``benchmarks/personal_teachers.json``. The first people are those of the main table.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from groupaffect.evaluation.benchmark.flicker import load_flickers
from groupaffect.evaluation.personal.embedded_faces import read_embedded_faces
from groupaffect.evaluation.personal.manners import MANNERS, Cast
from groupaffect.evaluation.personal.other_teachers import try_teachers
from groupaffect.evaluation.personal.simulated import APART, TOGETHER, Setting
from groupaffect.evaluation.personal.study import FIGURES
from groupaffect.evaluation.plain_values import to_plain
from groupaffect.inference import network_hashes
from groupaffect.settings import Settings

COMMAND = "python -m groupaffect.evaluation.personal.teachers_study --data ../shared/data"
N_PEOPLE = 40  # at each point; the first of them are those of the main table
GROUPS = {"together": TOGETHER, "apart": APART}


def study_teachers(cast: Cast, *, n: int = N_PEOPLE) -> dict[str, Any]:
    """Return the gains of people who wear the same looks later on, in both kinds of group.

    Parameters
    ----------
    n : people at each point.
    """
    result = {
        "rows": [
            {"manner": manner, "group": group}
            | try_teachers(
                Setting(manner, new_looks=False, dynamics=dynamics),
                *(cast, FIGURES),
                n_people=n,
                seed=0,
            )
            for group, dynamics in GROUPS.items()
            for manner in MANNERS
        ]
    }
    plain: dict[str, Any] = to_plain(result)
    return plain


def main() -> None:
    """Write the figures."""
    parser = argparse.ArgumentParser(
        prog="python -m groupaffect.evaluation.personal.teachers_study"
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds fer2013/")
    parser.add_argument("--people", type=int, default=N_PEOPLE, help="fewer, for trying out")
    parser.add_argument("--json", type=Path, default=Path("benchmarks/personal_teachers.json"))
    arguments = parser.parse_args()
    faces, reporting = read_embedded_faces(arguments.data)
    cast = Cast(faces.where(reporting), load_flickers()["usual"])
    networks = network_hashes(Settings().networks)
    result = study_teachers(cast, n=arguments.people)
    result |= {"command": COMMAND, "networks": networks}
    arguments.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
