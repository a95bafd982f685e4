"""Run every way of fusing over many sessions, and say how right each was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from groupaffect.evaluation.benchmark.flicker import load_flickers
from groupaffect.evaluation.benchmark.grid import is_known, public_conditions, quick_conditions
from groupaffect.evaluation.benchmark.group_session import GroupSession, simulate_session
from groupaffect.evaluation.benchmark.nulls import false_positive_rate
from groupaffect.evaluation.benchmark.pooling import difference, pool_tallies
from groupaffect.evaluation.benchmark.pools import load_pools, pools_card
from groupaffect.evaluation.benchmark.scores import (
    TOLERANCE_S,
    Tally,
    accuracy_of,
    confusion_of,
    tally,
)
from groupaffect.evaluation.benchmark.seeing import Sight
from groupaffect.evaluation.benchmark.train_gate import LEARNED_FROM
from groupaffect.evaluation.benchmark.truth_process import find_changes
from groupaffect.evaluation.benchmark.ways import (
    METHODS,
    Fused,
    Method,
    best_static_weight,
    fuse_by_parts,
    fuse_session,
)
from groupaffect.evaluation.classification import macro_f1_score
from groupaffect.evaluation.complementarity import Complementarity
from groupaffect.evaluation.plain_values import to_plain

Suite = Literal["quick", "public"]
SUITES: tuple[Suite, ...] = get_args(Suite)
N_NULL = 400  # groups of strangers
STATIC_SEED = 12  # of the groups of the choosing half that the static weight is chosen on
# Whoever is badly filmed, together with each trait by itself.
GROUPS_OF_TRAITS = {"badly filmed": ("small", "coarse", "dark")}

OnSession = Callable[[int, int], None]


def ignore(done: int, total: int) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What was found in one session: each method's tally, and how gate and rule agree.

    Attributes
    ----------
    known : whether the gate was learned from such sessions.
    both : (2, 2) seconds by whether gate and paper's rule are right.
    parts : (7, 7) confusion of each part of the default by itself.
    """

    name: str
    traits: tuple[str, ...]
    known: bool
    tallies: dict[Method, Tally]
    both: np.ndarray
    parts: dict[str, np.ndarray]


def run_suite(suite: Suite, *, seed: int, on_session: OnSession = ignore) -> dict[str, Any]:
    """Simulate a suite's sessions and return its figures; equal seeds give equal figures."""
    conditions = quick_conditions() if suite == "quick" else public_conditions()
    sight, rng = Sight(load_pools("reporting"), load_flickers()), np.random.default_rng(seed)
    static_weight = choose_static_weight()
    scored = []
    for place, condition in enumerate(conditions):
        session = simulate_session(condition, sight, rng)
        scored.append(
            score_session(session, static_weight=static_weight, rng=rng, known=is_known(condition))
        )
        on_session(place + 1, len(conditions))
    result = {"suite": suite, "seed": seed} | figures_of(scored, static_weight=static_weight)
    result["false_positive_rate"] = false_positive_rate(N_NULL, sight, rng)
    plain: dict[str, Any] = to_plain(result)
    return plain


def score_sessions(sessions: Iterable[GroupSession], *, seed: int) -> dict[str, Any]:
    """Return the figures of sessions that come from elsewhere."""
    rng, static_weight = np.random.default_rng(seed), choose_static_weight()
    scored = [
        score_session(one, static_weight=static_weight, rng=rng, known=False) for one in sessions
    ]
    result = {"suite": "sessions", "seed": seed}
    plain: dict[str, Any] = to_plain(result | figures_of(scored, static_weight=static_weight))
    return plain


def choose_static_weight() -> float:
    """Return the best image weight on groups of the choosing half, as the gate knew them."""
    sight = Sight(load_pools("choosing"), load_flickers())
    rng = np.random.default_rng(STATIC_SEED)
    return best_static_weight([simulate_session(one, sight, rng) for one in LEARNED_FROM])


def score_session(
    session: GroupSession, *, static_weight: float, rng: np.random.Generator, known: bool
) -> Scored:
    """Fuse a session in every way and compare with the truth."""
    made = fuse_session(session, static_weight=static_weight, rng=rng)
    changes = find_changes(session.truth, tolerance_s=TOLERANCE_S)
    tallies = {
        method: tally(
            fused.probability,
            fused.at_clamp,
            fused.events,
            truth=session.truth,
            changes=changes,
            participants=session.participants,
        )
        for method, fused in made.items()
    }
    both = count_both(made["gate"], made["paper"], session)
    parts = {
        name: confusion_of(fused, session.truth)
        for name, fused in fuse_by_parts(
            session,
            gate_weight=made["gate"].image_weight,
            paper_weight=made["paper"].image_weight,
            static_weight=static_weight,
        ).items()
    }
    return Scored(session.name, session.traits, known, tallies, both, parts)


def count_both(gate: Fused, paper: Fused, session: GroupSession) -> np.ndarray:
    """Return (2, 2) seconds: rows whether the gate is wrong, columns whether the rule is."""
    seen = ~np.isnan(gate.probability[..., 0]) & (session.truth >= 0)
    truth = session.truth[seen]
    wrong = [(one.probability[seen].argmax(axis=-1) != truth).astype(int) for one in (gate, paper)]
    return np.bincount(2 * wrong[0] + wrong[1], minlength=4).reshape(2, 2)


def figures_of(scored: Sequence[Scored], *, static_weight: float) -> dict[str, Any]:
    """Return all figures of scored sessions."""
    methods = {method: pool_tallies([one.tallies[method] for one in scored]) for method in METHODS}
    return {
        "n_sessions": len(scored),
        "n_people": sum(len(one.traits) for one in scored),
        "networks": pools_card()["networks"],
        "static_weight": static_weight,
        "n_true_events": count_true_events(scored),
        "methods": [{"method": name} | figures for name, figures in methods.items()],
        "gap_closed": share_of_gap(methods),
        "default_minus": {
            other: compare(scored, "default", other) for other in METHODS if other != "default"
        },
        "parts": {
            name: _accuracy_and_f1(np.sum([one.parts[name] for one in scored], axis=0))
            for name in scored[0].parts
        },
        "by_trait": by_trait(scored),
        "learned_from": {
            name: _short([one for one in scored if one.known == known])
            for name, known in (("yes", True), ("no", False))
        },
        "gate_and_paper": agreement(np.sum([one.both for one in scored], axis=0)),
    }


def count_true_events(scored: Sequence[Scored]) -> dict[str, int]:
    """Return how many changes of groups and of members alone there truly were."""
    tallies = [one.tallies["default"] for one in scored]
    return {
        "group": int(sum(one.group[2] for one in tallies)),
        "individual": int(sum(one.individual[2] for one in tallies)),
    }


def share_of_gap(methods: dict[Method, dict[str, Any]]) -> dict[str, float]:
    """Return how much of the gap from fixed .5 to the oracle each method closes, in macro F1."""
    low, high = methods["fixed"]["macro_f1"], methods["oracle"]["macro_f1"]
    gap = high - low
    return {
        name: (one["macro_f1"] - low) / gap if gap > 0 else float("nan")
        for name, one in methods.items()
    }


def compare(scored: Sequence[Scored], one: Method, other: Method) -> dict[str, Any]:
    """Return the differences of two methods over the same sessions."""
    tables = [
        np.stack([session.tallies[name].confusion.sum(axis=0) for session in scored])
        for name in (one, other)
    ]
    return {
        "accuracy": difference(tables[0], tables[1], accuracy_of),
        "macro_f1": difference(tables[0], tables[1], macro_f1_score),
    }


def by_trait(scored: Sequence[Scored]) -> dict[str, dict[str, Any]]:
    """Return each method's accuracy and macro F1 over the people of each trait alone."""
    traits = sorted({trait for one in scored for trait in one.traits})
    chosen: dict[str, tuple[str, ...]] = {trait: (trait,) for trait in traits}
    chosen |= {name: some for name, some in GROUPS_OF_TRAITS.items() if set(some) & set(traits)}
    return {name: _people(scored, some) for name, some in chosen.items()}


def _people(scored: Sequence[Scored], traits: tuple[str, ...]) -> dict[str, Any]:
    rows = [(one, [trait in traits for trait in one.traits]) for one in scored]
    found: dict[str, Any] = {"n_people": sum(sum(mask) for _, mask in rows)}
    for method in METHODS:
        table = np.sum(
            [one.tallies[method].confusion[np.array(mask)].sum(axis=0) for one, mask in rows],
            axis=0,
        )
        found[method] = _accuracy_and_f1(table)
    return found


def _short(scored: Sequence[Scored]) -> dict[str, Any]:
    if not scored:
        return {"n_sessions": 0}
    found: dict[str, Any] = {"n_sessions": len(scored)}
    for method in METHODS:
        table = np.sum([one.tallies[method].confusion.sum(axis=0) for one in scored], axis=0)
        found[method] = _accuracy_and_f1(table)
    return found


def _accuracy_and_f1(table: np.ndarray) -> dict[str, float]:
    return {"accuracy": float(accuracy_of(table)), "macro_f1": float(macro_f1_score(table))}


def agreement(both: np.ndarray) -> dict[str, Any]:
    """Return the table of gate and paper's rule, Q, and what an oracle of the two would read.

    Examples
    --------
    >>> agreement(np.array([[60, 20], [10, 10]]))["q_statistic"]
    0.5
    """
    found = Complementarity(*both.ravel().tolist())
    return {
        "both_right": found.n_both,
        "only_gate": found.n_first,
        "only_paper": found.n_second,
        "neither": found.n_neither,
        "q_statistic": found.q_statistic,
        "oracle": found.oracle,
    }
