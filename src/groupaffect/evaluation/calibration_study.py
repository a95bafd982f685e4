"""Measure whether the p-values of the kinds of group are true: ``make calibration``.

Simulated members only; needs no data. Writes ``benchmarks/calibration.json``, a figure, and the
tables of ``docs/kinds.md``.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

from groupaffect.evaluation.calibration_figure import draw_calibration
from groupaffect.evaluation.calibration_page import STRESS, replace_tables
from groupaffect.evaluation.cross_member_steps import count_inflation
from groupaffect.evaluation.false_positives import PoolSizes, count_false_positives
from groupaffect.evaluation.kinds_power import measure_power, time_kinds
from groupaffect.evaluation.made_members import SIGNALS
from groupaffect.evaluation.plain_values import to_plain
from groupaffect.settings import Settings, preset

# By minutes: long recordings of few members give as many pairs, at less cost.
POOLS = {
    5: PoolSizes(400, 400, 5600),
    10: PoolSizes(240, 400, 4200),
    20: PoolSizes(160, 400, 4200),
    60: PoolSizes(120, 400, 2100),
}
UNSETTLED = PoolSizes(240, 400, 0)
STRENGTHS = (0.0, 0.1, 0.2, 0.4, 0.6)
LAGS_S = (0, 2, 5, 10, 20)
N_POWER = 60
N_INFLATION = 100
SPEED_MEMBERS = (2, 4, 8, 12)
SPEED_MINUTES = (15, 60, 240)


def run_study(settings: Settings) -> dict[str, Any]:
    """Return every figure of the study; takes some ten minutes on one core."""
    result: dict[str, Any] = {"false_positives": {}}
    for signal, (minutes, sizes) in product(SIGNALS, POOLS.items()):
        _say(f"{signal}, {minutes} min")
        rates = count_false_positives(signal, minutes=minutes, sizes=sizes, settings=settings)
        result["false_positives"].setdefault(signal, {})[str(minutes)] = rates
    _say("power")
    power = partial(measure_power, n_sessions=N_POWER, settings=settings)
    result["power"] = [
        {"shared": shared, "minutes": minutes, **power(shared=shared, minutes=minutes, lag_s=0)}
        for shared, minutes in product(STRENGTHS, POOLS)
    ]
    result["power_by_lag"] = [
        {"lag_s": lag_s, **power(shared=0.4, minutes=20, lag_s=lag_s)} for lag_s in LAGS_S
    ]
    _say("inflation")
    result["inflation"] = {
        str(n): count_inflation(n_members=n, minutes=20, n_sessions=N_INFLATION, settings=settings)
        for n in (2, 4)
    }
    unsettled = replace(settings, group=replace(settings.group, settle_s=0))
    result["from_the_start"] = {
        signal: count_false_positives(
            signal, minutes=5, sizes=UNSETTLED, settings=unsettled, filters=["dismissal"]
        )["dismissal"]
        for signal in SIGNALS
        if signal != STRESS
    }
    _say("speed")
    result["speed"] = [
        {
            "members": n,
            "minutes": minutes,
            "seconds": time_kinds(n_members=n, minutes=minutes, settings=settings),
        }
        for n, minutes in product(SPEED_MEMBERS, SPEED_MINUTES)
    ]
    plain: dict[str, Any] = to_plain(result)
    return plain


def _say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def main() -> None:
    """Write figures, picture and tables."""
    parser = argparse.ArgumentParser(prog="python -m groupaffect.evaluation.calibration_study")
    parser.add_argument("--json", type=Path, default=Path("benchmarks/calibration.json"))
    parser.add_argument("--page", type=Path, default=Path("docs/kinds.md"))
    parser.add_argument("--figure", type=Path, default=Path("docs/figures/calibration.png"))
    parser.add_argument("--draw-only", action="store_true", help="from the JSON that is there")
    arguments = parser.parse_args()
    if not arguments.draw_only:
        result = run_study(preset("default"))
        arguments.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    result = json.loads(arguments.json.read_text(encoding="utf-8"))
    draw_calibration(result).savefig(arguments.figure, dpi=110)
    page = arguments.page.read_text(encoding="utf-8")
    arguments.page.write_text(replace_tables(page, result), encoding="utf-8")


if __name__ == "__main__":
    main()
