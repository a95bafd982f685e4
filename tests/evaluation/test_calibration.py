from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from groupaffect.evaluation.calibration_figure import WANTED, draw_calibration
from groupaffect.evaluation.calibration_page import STRESS, replace_tables
from groupaffect.evaluation.calibration_rate import summarise
from groupaffect.evaluation.cross_member_steps import count_inflation
from groupaffect.evaluation.false_positives import PoolSizes, _deal, count_false_positives
from groupaffect.evaluation.kinds_power import measure_power, time_kinds
from groupaffect.settings import preset

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = preset()


def test_false_positives_are_five_percent_at_every_level() -> None:
    # 400 groups each: .05 within 2.3 standard errors of .011; homogeneity of fewer is looser
    found = count_false_positives(
        "AR(.5)",
        minutes=5,
        sizes=PoolSizes(120, 400, 120),
        settings=SETTINGS,
        filters=["dismissal"],
    )["dismissal"]
    for tests in found.values():
        assert 0.025 <= tests["member"].rate <= 0.08
        assert 0.025 <= tests["group"].rate <= 0.08
        assert tests["homogeneity"].interval[0] <= 0.05 <= tests["homogeneity"].interval[1]
    assert [found[n]["group"].n for n in ("2", "4", "8")] == [400, 400, 255]
    assert [found[n]["member"].n for n in ("2", "4")] == [400, 1600]


def test_counting_from_the_start_finds_synchrony_that_is_not_there() -> None:
    unsettled = replace(SETTINGS, group=replace(SETTINGS.group, settle_s=0))
    found = count_false_positives(
        "white",
        minutes=5,
        sizes=PoolSizes(40, 60, 0),
        settings=unsettled,
        filters=["dismissal"],
    )["dismissal"]
    assert found["4"]["group"].rate > 0.25
    assert found["4"]["homogeneity"].n == 0


def test_what_is_shared_is_found() -> None:
    power = measure_power(shared=0.6, minutes=10, lag_s=0, n_sessions=4, settings=SETTINGS)
    assert power["synchronous"] == power["homogeneous"] == 1.0
    assert power["engaged"] > 0.25  # by chance .01
    late = measure_power(shared=0.6, minutes=10, lag_s=20, n_sessions=4, settings=SETTINGS)
    assert late["synchrony"] < power["synchrony"] / 2


def test_cross_member_steps_find_synchrony_that_is_not_there() -> None:
    found = count_inflation(n_members=4, minutes=6, n_sessions=3, settings=SETTINGS)
    assert found["even mixture"]["group"].rate < 0.5
    assert found["as in events.csv"]["group"].rate > 0.8


@pytest.mark.parametrize(("n_members", "n_groups"), [(2, 60), (4, 60), (8, 13)])
def test_no_pair_is_dealt_much_more_than_once(
    rng: np.random.Generator, n_members: int, n_groups: int
) -> None:
    groups = list(_deal(rng, PoolSizes(28, 60, 0), n_members))
    assert len(groups) == n_groups
    assert all(len(set(group)) == n_members for group in groups)


def test_summary_of_a_worked_example() -> None:
    nan = float("nan")
    found = summarise([[0.01], [0.05], [0.5], [nan]])
    assert (found.rate, found.n, found.n_untested) == (pytest.approx(2 / 3), 3, 1)
    # members of a group that are always right or wrong together are worth one
    together = summarise([[0.01] * 4, [0.5] * 4] * 50)
    alone = summarise([[0.01], [0.5]] * 50)
    assert together.interval == pytest.approx(alone.interval, abs=0.01)
    assert np.isnan(summarise([[nan]]).rate)


def test_time_is_what_the_clock_says() -> None:
    ticks = iter([10.0, 12.5])
    taken_s = time_kinds(n_members=2, minutes=5, settings=SETTINGS, clock=lambda: next(ticks))
    assert taken_s == 2.5


@pytest.fixture(scope="module")
def committed() -> dict:
    return json.loads((ROOT / "benchmarks/calibration.json").read_text(encoding="utf-8"))


def test_committed_page_is_of_the_committed_figures(committed: dict) -> None:
    page = (ROOT / "docs/kinds.md").read_text(encoding="utf-8")
    assert replace_tables(page, committed) == page
    assert "0.0" in page


def test_committed_rates_hold_what_is_promised(committed: dict) -> None:
    """Each promised cell's interval meets .03 to .08; all together lie within it."""
    for signal, by_minutes in committed["false_positives"].items():
        cells = [
            rate
            for by_filter in by_minutes.values()
            for by_n in by_filter.values()
            for tests in by_n.values()
            for rate in tests.values()
            if rate["n"] >= 100
        ]
        if signal == STRESS:
            continue
        assert all(
            rate["interval"][0] <= WANTED[1] and rate["interval"][1] >= WANTED[0] for rate in cells
        )
        together = sum(rate["rate"] * rate["n"] for rate in cells) / sum(r["n"] for r in cells)
        assert WANTED[0] <= together <= WANTED[1]


def test_figure_shows_every_cell(committed: dict) -> None:
    figure = draw_calibration(committed)
    rates, by_group = figure.axes[0], committed["false_positives"]
    n_cells = sum(
        len(by_n) for cells in by_group.values() for c in cells.values() for by_n in c.values()
    )
    points = [line for line in rates.lines if line.get_marker() in ("o", "s", "^")]
    assert len(points) == n_cells
