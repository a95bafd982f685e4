"""Ways of fusing, all over a whole session; the adaptive ones by the code that files go through."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from jaxtyping import Bool, Float, Int

from groupaffect.adaptive import admit, start_adaptive, step_adaptive
from groupaffect.change_events import find_events
from groupaffect.change_log import flush_changes
from groupaffect.evaluation.benchmark.group_session import GroupSession
from groupaffect.evaluation.benchmark.scores import confusion_of
from groupaffect.evaluation.classification import macro_f1_score
from groupaffect.fusion.learned_gate import load_gate, steady_by
from groupaffect.fusion.mix import fuse
from groupaffect.fusion.paper_rule import weight_limits
from groupaffect.fusion.steadying import agreement
from groupaffect.settings import FusionSettings, Settings, preset
from groupaffect.types import Event

Method = Literal[
    "image", "landmark", "fixed", "static", "paper", "gate", "default", "permuted", "oracle"
]
METHODS: tuple[Method, ...] = get_args(Method)
ORACLE_WEIGHTS = np.linspace(0.0, 1.0, 21)
ORACLE_S = 60  # the oracle's weight is constant for a person and minute


@dataclass(frozen=True, slots=True)
class Fused:
    """What one way makes of a session.

    Attributes
    ----------
    probability : (t, p, 7). image_weight : (t, p). at_clamp : (t, p) whether the weight could
        go no farther; never where it is not meant to move. events : as the package reports them.
    """

    probability: Float[np.ndarray, "t p 7"]
    image_weight: Float[np.ndarray, "t p"]
    at_clamp: Bool[np.ndarray, "t p"]
    events: tuple[Event, ...]


def fuse_session(
    session: GroupSession, *, static_weight: float, rng: np.random.Generator
) -> dict[Method, Fused]:
    """Return what every way makes of a session.

    Parameters
    ----------
    static_weight : the one image weight that was best on the choosing half.
    rng : chooses whose weights everybody gets in "permuted".
    """
    adaptive: dict[str, Fused] = {}
    for name, settings in _adaptive_settings().items():
        same = [other for other in adaptive if _adaptive_settings()[other] == settings]
        adaptive[name] = adaptive[same[0]] if same else fuse_adaptively(session, settings)
    default = adaptive["default"]
    constant = {"image": 1.0, "landmark": 0.0, "fixed": 0.5, "static": static_weight}
    shape = session.truth.shape
    weights = {name: np.full(shape, weight) for name, weight in constant.items()}
    weights["permuted"] = permute_weights(default.image_weight, rng)
    weights["oracle"] = oracle_weights(session)
    made = {name: fuse_by_weights(session, weight) for name, weight in weights.items()}
    made |= adaptive
    return {method: made[method] for method in METHODS}


def fuse_by_parts(
    session: GroupSession,
    *,
    gate_weight: Float[np.ndarray, "t p"],
    paper_weight: Float[np.ndarray, "t p"],
    static_weight: float,
) -> dict[str, Float[np.ndarray, "t p 7"]]:
    """Return what weighing and steadying make by themselves, to tell whose the gain is.

    Parameters
    ----------
    gate_weight, paper_weight : image weights by each rule; a mix takes their mean.
    """
    both_rules = 0.5 * (gate_weight + paper_weight)
    agreed, gate = agreement(session.image, session.landmark), load_gate()

    def steadied(weight: Float[np.ndarray, "t p"] | float) -> Float[np.ndarray, "t p 7"]:
        shown, rows = np.full(session.image.shape[1:], np.nan), []
        mixed = fuse(session.image, session.landmark, weight)
        for read, both in zip(mixed, agreed, strict=True):
            shown = steady_by(gate, shown, read, agreed=both)
            rows.append(shown)
        return np.stack(rows)

    def plain(weight: Float[np.ndarray, "t p"]) -> Float[np.ndarray, "t p 7"]:
        return fuse(session.image, session.landmark, weight)

    return {
        "gate's weights, not steadied": plain(gate_weight),
        "mean of the gate's and the rule's weights, not steadied": plain(both_rules),
        "image alone, steadied": steadied(1.0),
        "static weight, steadied": steadied(static_weight),
        "paper's rule, steadied": steadied(paper_weight),
        "mean of the gate's and the rule's weights, steadied": steadied(both_rules),
        "gate's weights, steadied": steadied(gate_weight),
    }


def _adaptive_settings() -> dict[str, Settings]:
    """Return the settings of the adaptive ways; both read the default preset's models."""
    default = preset("default")
    return {
        "paper": replace(default, fusion=FusionSettings(rule="paper")),
        "gate": replace(default, fusion=FusionSettings(rule="gate")),
        "default": default,
    }


def fuse_adaptively(session: GroupSession, settings: Settings) -> Fused:
    """Fold a session second by second, as the pipeline does."""
    state = admit(start_adaptive(settings), session.participants, settings)
    fused, weights = np.empty_like(session.image), np.empty(session.truth.shape)
    events: list[Event] = []
    rows = zip(session.image, session.landmark, session.quality, strict=True)
    for second, (image, landmark, quality) in enumerate(rows):
        state, fused[second], settled = step_adaptive(
            state, second, image, landmark, quality=quality, settings=settings
        )
        weights[second] = state.weights.image
        events += settled
    events += flush_changes(state.log)[1]
    if settings.signals.change_detector == "pelt":  # of the mixture, as in a session
        mixed = fuse(session.image, session.landmark, weights)
        events = [*find_events(mixed, participants=session.participants, settings=settings)]
    clamped = np.zeros(weights.shape, dtype=bool)
    if settings.fusion.rule == "paper":
        low, high = weight_limits(settings.fusion)
        clamped = (weights <= low) | (weights >= high)
    return Fused(fused, weights, clamped, tuple(events))


def fuse_by_weights(session: GroupSession, weight: Float[np.ndarray, "t p"]) -> Fused:
    """Mix a session by weights that are known beforehand."""
    fused = fuse(session.image, session.landmark, weight)
    settings = preset("default")
    events = find_events(fused, participants=session.participants, settings=settings)
    return Fused(fused, weight, np.zeros(weight.shape, dtype=bool), events)


def permute_weights(
    weight: Float[np.ndarray, "t p"], rng: np.random.Generator
) -> Float[np.ndarray, "t p"]:
    """Give everybody another member's weights: as adaptive, but not to the person.

    Examples
    --------
    >>> permute_weights(np.array([[0.2, 0.8]]), np.random.default_rng(0)).tolist()
    [[0.8, 0.2]]
    """
    order = rng.permutation(weight.shape[1])
    permuted = np.empty_like(weight)
    permuted[:, order] = weight[:, np.roll(order, 1)]
    return permuted


def oracle_weights(session: GroupSession) -> Float[np.ndarray, "t p"]:
    """Return in hindsight the best constant weight of each person and minute.

    The most right seconds; among equals the nearest to .5, then the lower. Grid .05.
    """
    hits = np.stack(
        [
            _hits(fuse(session.image, session.landmark, weight), session.truth)
            for weight in ORACLE_WEIGHTS
        ]
    )  # (21, t, p)
    minute = np.arange(len(session)) // ORACLE_S
    nearness = 1e-3 * np.abs(ORACLE_WEIGHTS - 0.5)[:, None]
    best = [
        (hits[:, minute == m].sum(axis=1) - nearness).argmax(axis=0) for m in range(minute[-1] + 1)
    ]
    return np.asarray(ORACLE_WEIGHTS[np.stack(best)[minute]])


def _hits(
    probability: Float[np.ndarray, "t p 7"], truth: Int[np.ndarray, "t p"]
) -> Bool[np.ndarray, "t p"]:
    read = np.where(np.isnan(probability), -1.0, probability).argmax(axis=-1)
    return np.asarray((read == truth) & ~np.isnan(probability[..., 0]))


def best_static_weight(sessions: list[GroupSession]) -> float:
    """Return the one image weight with the best macro F1 over sessions, grid .05."""

    def score(weight: float) -> float:
        tables = [
            confusion_of(fuse(one.image, one.landmark, weight), one.truth) for one in sessions
        ]
        return float(macro_f1_score(np.sum(tables, axis=0)))

    return float(max(ORACLE_WEIGHTS, key=score))
