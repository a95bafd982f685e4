"""False positives, power and inflation of the kinds of group, in one picture."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from groupaffect.evaluation.calibration_page import STRESS

WANTED = (0.03, 0.08)
TESTS = {"member": "member's synchrony", "group": "group's synchrony", "homogeneity": "homogeneity"}
COLOURS = {"raw": "#999999", "dismissal": "#0072B2", "DFT + dismissal": "#D55E00"}
MARKERS = {"2": "o", "4": "s", "8": "^"}
LEVELS = ("#BDBDBD", "#9ECAE1", "#6BAED6", "#3182BD", "#08519C")


def draw_calibration(result: dict[str, Any]) -> Figure:
    """Draw the rates of every test by length, and beneath them power, lags and inflation."""
    figure = Figure(figsize=(11, 7.4), layout="constrained")
    axes = figure.subplots(2, 3)
    for place, (test, title) in enumerate(TESTS.items()):
        _draw_rates(axes[0, place], result["false_positives"], test)
        axes[0, place].set_title(title, fontsize=10)
    axes[0, 0].set_ylabel("false positives at p = .05")
    _draw_legend(figure, axes[0, 2])
    _draw_power(axes[1, 0], result["power"])
    _draw_lags(axes[1, 1], result["power_by_lag"])
    _draw_inflation(axes[1, 2], result["inflation"])
    for one in axes.flat:
        one.spines[["top", "right"]].set_visible(False)
    return figure


def _draw_rates(axes: Axes, found: dict[str, Any], test: str) -> None:
    """Draw one point for each signal, filter, number of members and length."""
    axes.axhspan(*WANTED, color="#EEEEEE", zorder=0)
    axes.axhline(0.05, color="#A6A6A6", linewidth=1, zorder=1)
    minutes = list(next(iter(found.values())))
    spread = np.random.default_rng(0)
    for signal, by_minutes in found.items():
        for place, cell in enumerate(by_minutes.values()):
            for name, by_n in cell.items():
                for n, tests in by_n.items():
                    rate = tests.get(test)
                    if not rate or not rate["n"]:
                        continue
                    x = place + spread.uniform(-0.33, 0.33)
                    colour = COLOURS[name]
                    axes.plot([x, x], rate["interval"], color=colour, linewidth=0.6, alpha=0.5)
                    filled = "none" if signal == STRESS else colour
                    axes.plot(x, rate["rate"], MARKERS[n], ms=4, mfc=filled, mec=colour)
    axes.set_xticks(range(len(minutes)), minutes)
    axes.set(xlabel="minutes", ylim=(0, 0.2))


def _draw_legend(figure: Figure, axes: Axes) -> None:
    for name, colour in COLOURS.items():
        axes.plot([], [], "o", color=colour, ms=4, label=name)
    for n, marker in MARKERS.items():
        axes.plot([], [], marker, color="#444444", ms=4, label=f"{n} members")
    axes.plot([], [], "o", mfc="none", mec="#444444", ms=4, label="activity waxes and wanes")
    figure.legend(frameon=False, fontsize=8, loc="outside upper center", ncols=7)


def _draw_power(axes: Axes, rows: list[dict[str, Any]]) -> None:
    for shared, colour in zip(dict.fromkeys(r["shared"] for r in rows), LEVELS, strict=True):
        own = [row for row in rows if row["shared"] == shared]
        mean = np.mean([row["synchrony"] for row in own])
        label = f"{shared:.0%} shared\nS = {mean:.2f}"
        x = range(len(own))
        axes.plot(x, [row["synchronous"] for row in own], "o-", color=colour, ms=4, label=label)
        axes.plot(x, [row["engaged"] for row in own], "s:", color=colour, ms=3)
        axes.set_xticks(x, [row["minutes"] for row in own])
    axes.set(xlabel="minutes", ylabel="share found", ylim=(-0.02, 1.02), xlim=(-0.2, 5.2))
    axes.set_title("power, 4 members: synchronous (dotted: engaged)", fontsize=10)
    axes.legend(frameon=False, fontsize=8, loc="center right", reverse=True)


def _draw_lags(axes: Axes, rows: list[dict[str, Any]]) -> None:
    lag_s = [row["lag_s"] for row in rows]
    for name, colour in (("synchronous", "#0072B2"), ("engaged", "#D55E00")):
        axes.plot(lag_s, [row[name] for row in rows], "o-", color=colour, ms=4, label=name)
    axes.set(xlabel="lag of every second member, s", ylim=(-0.02, 1.02))
    axes.set_title("40 % shared, 20 min, by lag", fontsize=10)
    axes.legend(frameon=False, fontsize=8)


def _draw_inflation(axes: Axes, found: dict[str, Any]) -> None:
    names = list(next(iter(found.values())))
    for place, (n, variants) in enumerate(found.items()):
        x = np.arange(len(names)) + 0.38 * (place - 0.5)
        rates = [variants[name]["group"] for name in names]
        axes.bar(x, [rate["rate"] for rate in rates], 0.36, color=LEVELS[place + 2], label=n)
        for at, rate in zip(x, rates, strict=True):
            axes.plot([at, at], rate["interval"], color="black", linewidth=1)
    axes.axhline(0.05, color="#A6A6A6", linewidth=1)
    shown = [textwrap.fill(name, 10) for name in names]
    axes.set_xticks(range(len(names)), shown, fontsize=8)
    axes.set_ylim(0, 1.02)
    axes.set_title("group false positives by what is tested", fontsize=10)
    axes.legend(frameon=False, fontsize=8, title="members", title_fontsize=8)
