"""The tables of ``docs/kinds.md``, from the study's JSON; the words around them are the page's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from groupaffect.evaluation.intervals import wilson_interval
from groupaffect.evaluation.made_members import SIGNALS
from groupaffect.evaluation.page_tables import fill_tables

STRESS = "waxing"  # beyond what the tests promise; shown apart


def replace_tables(page: str, result: dict[str, Any]) -> str:
    r"""Return a page with what stands between ``<!-- table: NAME -->`` and ``<!-- end -->`` anew.

    Examples
    --------
    >>> page = "Before\n<!-- table: speed -->\nold\n<!-- end -->\nafter"
    >>> print(replace_tables(page, {"speed": [{"members": 2, "minutes": 60, "seconds": 0.1}]}))
    Before
    <!-- table: speed -->
    | members | 60 min |
    |---|---|
    | 2 | 0.1 s |
    <!-- end -->
    after
    """
    return fill_tables(page, {name: partial(made, result) for name, made in TABLES.items()})


def _false_positives(result: dict[str, Any]) -> Iterator[str]:
    """Yield rates by signal and filter, all lengths together."""
    yield from _header("signal | after | test", ["2 members", "4", "8"])
    for signal, by_minutes in result["false_positives"].items():
        yield from _rows(signal, list(by_minutes.values()))


def _by_length(result: dict[str, Any]) -> Iterator[str]:
    """Yield rates by length and filter, the promised signals together."""
    yield from _header("minutes | after | test", ["2 members", "4", "8"])
    found = result["false_positives"]
    for minutes in next(iter(found.values())):
        yield from _rows(minutes, [found[s][minutes] for s in SIGNALS if s != STRESS])


def _rows(name: str, cells: list[dict[str, Any]]) -> Iterator[str]:
    for filtered, by_n in cells[0].items():
        for test in ("member", "group", "homogeneity"):
            if test in by_n["2"]:
                rates = (_pooled([cell[filtered][n][test] for cell in cells]) for n in by_n)
                yield f"| {name} | {filtered} | {test} | {' | '.join(rates)} |"


def _pooled(rates: list[dict[str, Any]]) -> str:
    """Return the share of all tests together, with its interval."""
    n = sum(rate["n"] for rate in rates)
    if not n:
        return "not tested"
    hits = sum(rate["rate"] * rate["n"] for rate in rates if rate["n"])
    low, high = wilson_interval(round(hits), n)
    untested = sum(rate["n_untested"] for rate in rates)
    left_out = f", {untested / (n + untested):.0%} not tested" if untested else ""
    return f"{hits / n:.3f} [{low:.3f}, {high:.3f}]{left_out}"


def _power(result: dict[str, Any]) -> Iterator[str]:
    names = ["synchrony", "synchronous", "homogeneous", "engaged", "unengaged", "bounds_hold"]
    shown = ["mean S", "synchronous", "homogeneous", "engaged", "unengaged", "interval holds S"]
    yield from _header("shared | minutes", shown)
    for row in result["power"]:
        cells = " | ".join(f"{row[name]:.2f}" for name in names)
        yield f"| {row['shared']:.0%} | {row['minutes']} | {cells} |"


def _lags(result: dict[str, Any]) -> Iterator[str]:
    yield from _header("lag", ["mean S", "synchronous", "homogeneous", "engaged"])
    for row in result["power_by_lag"]:
        names = ("synchrony", "synchronous", "homogeneous", "engaged")
        yield f"| {row['lag_s']} s | " + " | ".join(f"{row[name]:.2f}" for name in names) + " |"


def _inflation(result: dict[str, Any]) -> Iterator[str]:
    yield from _header("members | tested on", ["member", "group"])
    for n, variants in result["inflation"].items():
        for name, tests in variants.items():
            cells = (
                f"{one['rate']:.2f} [{one['interval'][0]:.2f}, {one['interval'][1]:.2f}]"
                for one in (tests["member"], tests["group"])
            )
            yield f"| {n} | {name} | {' | '.join(cells)} |"


def _from_the_start(result: dict[str, Any]) -> Iterator[str]:
    yield from _header("signal", ["2 members", "4", "8"])
    for signal, by_n in result["from_the_start"].items():
        yield f"| {signal} | {' | '.join(_pooled([tests['group']]) for tests in by_n.values())} |"


def _speed(result: dict[str, Any]) -> Iterator[str]:
    minutes = list(dict.fromkeys(row["minutes"] for row in result["speed"]))
    yield from _header("members", [f"{m} min" for m in minutes])
    for n in dict.fromkeys(row["members"] for row in result["speed"]):
        seconds = {row["minutes"]: row["seconds"] for row in result["speed"] if row["members"] == n}
        yield f"| {n} | " + " | ".join(f"{seconds[m]:.1f} s" for m in minutes) + " |"


def _header(first: str, others: Iterable[str]) -> Iterator[str]:
    names = [*first.split(" | "), *others]
    yield f"| {' | '.join(names)} |"
    yield "|" + "---|" * len(names)


TABLES = {
    "false positives": _false_positives,
    "by length": _by_length,
    "power": _power,
    "lags": _lags,
    "inflation": _inflation,
    "from the start": _from_the_start,
    "speed": _speed,
}
