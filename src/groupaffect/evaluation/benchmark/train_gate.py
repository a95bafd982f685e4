"""Learn the gate: ``python -m groupaffect.evaluation.benchmark.train_gate``.

From simulated groups of the choosing half of the faces, in the conditions of ``LEARNED_FROM``
alone. First the logistic weights (likelihood of the truth under the mixture), then, on other
groups of the same conditions, how even the weights are and how much the mixture is steadied.
Among those that nowhere lose more than ``MOST_LOST`` against the best single model, and whose
macro F1 is within one standard error of the best one's (Breiman et al. 1984, section 3.4.3), the
most even is taken: it depends least on how good each model is on faces of this kind. Seeded;
some minutes. Run it again when the pools change.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.optimize import minimize
from scipy.special import expit

import groupaffect.fusion
from groupaffect.evaluation.benchmark.conditions import CALM, LIVELY, Condition, Trait
from groupaffect.evaluation.benchmark.flicker import load_flickers
from groupaffect.evaluation.benchmark.group_session import GroupSession, simulate_session
from groupaffect.evaluation.benchmark.pools import load_pools, pools_card
from groupaffect.evaluation.benchmark.scores import accuracy_of, confusion_of
from groupaffect.evaluation.benchmark.seeing import Sight
from groupaffect.evaluation.classification import macro_f1_score
from groupaffect.fusion.habits import (
    GROUP_HABIT,
    HABITS,
    describe_habits,
    start_habits,
    step_habits,
)
from groupaffect.fusion.mix import fuse
from groupaffect.fusion.steadying import agreement, steady
from groupaffect.settings import FusionSettings

COMMAND = "python -m groupaffect.evaluation.benchmark.train_gate"
TARGET = Path(groupaffect.fusion.__file__).parent / "learned_gate.json"
TRAITS_LEARNED_FROM: tuple[Trait, ...] = (
    *("usual", "subtle", "exaggerated", "talking"),
    *("small", "dark", "covered"),
)
LEARNED_FROM = tuple(
    Condition(trait, (trait,), dynamics, n_members=n_members, duration_s=240)
    for trait in TRAITS_LEARNED_FROM
    for dynamics in (CALM, LIVELY)
    for n_members in (2, 4)
)
N_GROUPS = 6  # of each condition, to learn from, and as many to choose by
USUAL_S = 10.0  # seconds that usual habits count for: one window (ours)
RIDGE = 1e-3  # keeps the slopes of habits that say the same small
BALANCE = 0.5  # an emotion counts by its frequency to the power of minus this
# By how much the learned level moves, in logits: none, or towards more of the landmark model.
LEVEL_MOVES = (0.0, -0.4, -0.8, -1.2, -1.6, -2.0, -2.4)
# Least share, by distance, if agreed; the first does not steady.
STEADYING = (
    (1.0, 0.0, 0.0),
    *product((0.0, 0.05, 0.1, 0.2), (1.25, 1.5, 2.0), (0.0, 0.2, 0.4, 0.6)),
)
CAUTION = ("least_share", "share_by_distance", "share_if_agreed")
N_RESAMPLES = 400  # of whole groups, for the standard error
MOST_LOST = 0.005  # of accuracy or macro F1, in any condition


@dataclass(frozen=True, slots=True)
class Lesson:
    """Many people beside each other, whatever their group: t seconds, p people.

    Attributes
    ----------
    habit : (w, p, 7) what the gate sees before each window.
    condition : (p,) name. group : (p,) number of each person's group.
    """

    image: Float[np.ndarray, "t p 7"]
    landmark: Float[np.ndarray, "t p 7"]
    truth: Int[np.ndarray, "t p"]
    habit: Float[np.ndarray, "w p k"]
    condition: np.ndarray
    group: Int[np.ndarray, " p"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to weigh and to steady, and how well it reads.

    Attributes
    ----------
    macro_f1 : 0..1, of all people. standard_error : of that, over groups.
    evenness : distance of the mean image weight from one half.
    """

    numbers: dict[str, float]
    macro_f1: float
    standard_error: float
    evenness: float


def make_lesson(seed: int) -> Lesson:
    """Return groups of the choosing half in every condition that may be learned from."""
    rng, sight = np.random.default_rng(seed), Sight(load_pools("choosing"), load_flickers())
    sessions = [simulate_session(one, sight, rng) for one in LEARNED_FROM for _ in range(N_GROUPS)]
    return Lesson(
        image=np.concatenate([one.image for one in sessions], axis=1),
        landmark=np.concatenate([one.landmark for one in sessions], axis=1),
        truth=np.concatenate([one.truth for one in sessions], axis=1),
        habit=np.concatenate([habits_by_window(one) for one in sessions], axis=1),
        condition=np.concatenate([np.full(len(one.participants), one.name) for one in sessions]),
        group=np.repeat(np.arange(len(sessions)), [len(one.participants) for one in sessions]),
    )


def habits_by_window(session: GroupSession) -> Float[np.ndarray, "w p k"]:
    """Return what the gate sees before each window, the usual person not mixed in (NaN at first).

    Everybody counts as visible: these conditions have no drop-outs.
    """
    window_s = FusionSettings().window_s
    habits, seen = start_habits(len(session.participants)), np.ones(session.truth.shape[1], bool)
    rows = []
    nothing = np.zeros(len(HABITS) + 1)
    for second in range(len(session)):
        if second % window_s == 0:
            with np.errstate(invalid="ignore"):
                rows.append(describe_habits(habits, seen, usual=nothing, usual_s=0.0))
        habits = step_habits(
            habits, session.image[second], session.landmark[second], session.quality[second]
        )
    return np.stack(rows)


def learn_weights(lesson: Lesson) -> dict[str, Any]:
    """Return usual habits, their spread, and the logistic function of them."""
    rows = lesson.habit[1:].reshape(-1, lesson.habit.shape[2])
    usual, spread = rows.mean(axis=0), rows.std(axis=0)
    by_second = _each_second(lesson.habit, len(lesson.truth))
    known = ~np.isnan(by_second[..., 0])
    habit = (by_second[known] - usual) / spread  # (n, 7)
    truth = lesson.truth[known][:, None]
    image, landmark = (
        np.take_along_axis(p[known], truth, axis=1)[:, 0] for p in (lesson.image, lesson.landmark)
    )
    often = np.bincount(truth[:, 0], minlength=7) / len(truth)
    counts = often[truth[:, 0]] ** -BALANCE
    counts /= counts.sum()

    def loss(x: np.ndarray) -> tuple[float, np.ndarray]:
        weight = expit(habit @ x[:-1] + x[-1])
        mixed = weight * image + (1.0 - weight) * landmark + 1e-9
        push = -counts * (image - landmark) / mixed * weight * (1.0 - weight)
        gradient = np.append(habit.T @ push + 2 * RIDGE * x[:-1], push.sum())
        return float(-(counts * np.log(mixed)).sum() + RIDGE * (x[:-1] ** 2).sum()), gradient

    found = minimize(loss, np.zeros(habit.shape[1] + 1), jac=True, method="L-BFGS-B").x
    return {"usual": usual, "spread": spread, "slope": found[:-1], "level": float(found[-1])}


def choose_caution(learned: dict[str, Any], lesson: Lesson) -> Choice:
    """Return the most even way that is safe and not certainly worse than the best safe one.

    Raises
    ------
    ValueError : no way is safe.
    """
    safe = _safe_choices(learned, lesson)
    best = max(safe, key=lambda choice: choice.macro_f1)
    limit = best.macro_f1 - best.standard_error
    enough = [choice for choice in safe if choice.macro_f1 >= limit]
    most_even = min(choice.evenness for choice in enough)
    return max(
        (choice for choice in enough if choice.evenness == most_even),
        key=lambda choice: choice.macro_f1,
    )


def _safe_choices(learned: dict[str, Any], lesson: Lesson) -> list[Choice]:
    single = np.maximum(_scores(lesson.image, lesson), _scores(lesson.landmark, lesson))
    agreed = agreement(lesson.image, lesson.landmark)
    safe = []
    for move in LEVEL_MOVES:
        moved = learned | {"level": learned["level"] + move}
        weight = weights_of(moved, lesson)
        mixed = fuse(lesson.image, lesson.landmark, weight)
        for shares in STEADYING:
            fused = steady_all(mixed, agreed, shares)
            if (_scores(fused, lesson) - single).min() < -MOST_LOST:
                continue
            macro_f1, standard_error = _macro_f1(fused, lesson)
            numbers = {"level": moved["level"]} | dict(zip(CAUTION, shares, strict=True))
            evenness = abs(float(weight.mean()) - 0.5)
            safe.append(Choice(numbers, macro_f1, standard_error, evenness))
    return safe


def _macro_f1(probability: Float[np.ndarray, "t p 7"], lesson: Lesson) -> tuple[float, float]:
    """Return macro F1 of all people and its standard error, from resampled groups."""
    n_groups = int(lesson.group.max()) + 1
    tables = np.stack(
        [
            confusion_of(probability[:, rows], lesson.truth[:, rows])
            for rows in (lesson.group == group for group in range(n_groups))
        ]
    )
    rng = np.random.default_rng(0)
    counts = rng.multinomial(n_groups, np.full(n_groups, 1 / n_groups), size=N_RESAMPLES)
    resampled = macro_f1_score(np.tensordot(counts, tables, axes=1))
    return float(macro_f1_score(tables.sum(axis=0))), float(np.std(resampled, ddof=1))


def weights_of(learned: dict[str, Any], lesson: Lesson) -> Float[np.ndarray, "t p"]:
    """Return the gate's weights by second; a usual person's in the first window."""
    own = np.where(np.isnan(lesson.habit), learned["usual"], lesson.habit)
    pull = (own - learned["usual"]) / learned["spread"] @ learned["slope"]
    return _each_second(expit(learned["level"] + pull), len(lesson.truth))


def steady_all(
    mixed: Float[np.ndarray, "t p 7"],
    agreed: Bool[np.ndarray, "t p"],
    shares: tuple[float, float, float],
) -> Float[np.ndarray, "t p 7"]:
    """Return the mixture steadied second by second."""
    shown, rows = np.full(mixed.shape[1:], np.nan), []
    for read, both in zip(mixed, agreed, strict=True):
        shown = steady(
            shown,
            read,
            agreed=both,
            least_share=shares[0],
            share_by_distance=shares[1],
            share_if_agreed=shares[2],
        )
        rows.append(shown)
    return np.stack(rows)


def _scores(probability: Float[np.ndarray, "t p 7"], lesson: Lesson) -> Float[np.ndarray, "c 2"]:
    """Return accuracy and macro F1 of each condition."""
    tables = [
        confusion_of(probability[:, rows], lesson.truth[:, rows])
        for rows in (lesson.condition == name for name in TRAITS_LEARNED_FROM)
    ]
    return np.stack([accuracy_of(np.stack(tables)), macro_f1_score(np.stack(tables))], axis=1)


def _each_second(by_window: np.ndarray, n_seconds: int) -> np.ndarray:
    return np.repeat(by_window, FusionSettings().window_s, axis=0)[:n_seconds]


def main() -> None:
    """Write the gate into the package."""
    learned = learn_weights(make_lesson(seed=1))
    choice = choose_caution(learned, make_lesson(seed=2))
    numbers = {
        name: np.round(value, 6).tolist() if isinstance(value, np.ndarray) else round(value, 6)
        for name, value in (learned | choice.numbers | {"usual_s": USUAL_S}).items()
    }
    card = {
        "command": COMMAND,
        "networks": pools_card()["networks"],
        "learned_from": {
            "faces": "the choosing half of the pools",
            "traits": list(TRAITS_LEARNED_FROM),
            "dynamics": ["calm", "lively"],
            "members": [2, 4],
            "groups": len(LEARNED_FROM) * N_GROUPS,
        },
        "macro_f1_where_chosen": round(choice.macro_f1, 4),
        "level_as_learned": round(learned["level"], 6),
        "habits": [*HABITS, GROUP_HABIT],
        "gate": numbers,
    }
    TARGET.write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
