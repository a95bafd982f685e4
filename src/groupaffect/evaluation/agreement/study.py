"""The whole study of agreement: for everybody, by emotion, by participant, and the ground truth."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from jaxtyping import Float

from groupaffect.counting import counted
from groupaffect.errors import RatingsError, sentence
from groupaffect.evaluation.agreement.figures import (
    AgreementFigures,
    Interval,
    Plan,
    measure,
    percentile_interval,
)
from groupaffect.evaluation.agreement.majority import check_k, find_truth, majority_of
from groupaffect.evaluation.agreement.stretches import Stretches, cut_stretches
from groupaffect.evaluation.agreement.tallies import count_votes, share_agreeing, tally
from groupaffect.evaluation.ratings.seconds import RatedSeconds
from groupaffect.types import EMOTIONS, Emotion


@dataclass(frozen=True, slots=True)
class TruthShares:
    """How the ground truth of a session is distributed (paper, Fig. 2).

    Attributes
    ----------
    n : participants' seconds with a truth. n_undecided : with k ratings or more, but none.
    share : by emotion, of the n; NaN where there are none. interval : 95 %, by emotion.
    """

    n: int
    n_undecided: int
    share: dict[Emotion, float]
    interval: dict[Emotion, Interval]


@dataclass(frozen=True, slots=True)
class AgreementStudy:
    """All that ``groupaffect agree`` reports; names as in its JSON.

    Attributes
    ----------
    k : equal ratings that make a truth.
    stretches : what intervals of agreement are drawn from.
    truth_stretches : what those of the truth are: expressions last longer than disagreements.
    by_emotion : each emotion against all others. by_participant : by session and participant.
    truth : by session. warnings : sentences for people.
    """

    raters: tuple[str, ...]
    k: int
    stretches: Stretches
    truth_stretches: Stretches
    overall: AgreementFigures
    by_emotion: dict[Emotion, AgreementFigures]
    by_participant: dict[tuple[str, str], AgreementFigures]
    truth: dict[str, TruthShares]
    warnings: tuple[str, ...]


def study_agreement(rated: RatedSeconds, *, k: int | None = None) -> AgreementStudy:
    """Measure how far raters agree.

    Parameters
    ----------
    k : equal ratings that make a second's truth; more than half of the raters if None.

    Raises
    ------
    RatingsError : there is only one rater, or no two ever rated the same second.
    UsageError : k is no majority.
    """
    _check_raters(rated)
    wanted = majority_of(len(rated.raters)) if k is None else k
    check_k(wanted, n_raters=len(rated.raters))
    agreement = share_agreeing(count_votes(rated.emotion, n_labels=len(EMOTIONS)))
    plan = _plan(rated, agreement[:, None], k=wanted)
    truth_plan = _plan(rated, _truth_series(rated, k=wanted), k=wanted)
    everything = np.ones(len(rated), dtype=bool)
    return AgreementStudy(
        raters=rated.raters,
        k=wanted,
        stretches=plan.stretches,
        truth_stretches=truth_plan.stretches,
        overall=measure(rated.emotion, everything, plan, n_labels=len(EMOTIONS)),
        by_emotion={
            name: measure(_against_rest(rated.emotion, label), everything, plan, n_labels=2)
            for label, name in enumerate(EMOTIONS)
        },
        by_participant={
            key: measure(rated.emotion, here, plan, n_labels=len(EMOTIONS))
            for key, here in _by_participant(rated).items()
        },
        truth={
            str(session): _truth_shares(rated, rated.session == session, truth_plan)
            for session in np.unique(rated.session)
        },
        warnings=_warnings(rated),
    )


def _check_raters(rated: RatedSeconds) -> None:
    if len(rated.raters) < 2:
        got = f"one, {rated.raters[0]}" if rated.raters else "none"
        remedy = "give the files of two raters or more"
    elif not ((rated.emotion >= 0).sum(axis=1) > 1).any():
        got = f"{', '.join(rated.raters)}, of whom no two rated the same participant in a second"
        remedy = "check times, and that all write sessions and participants alike"
    else:
        return
    raise RatingsError(
        sentence(wanted="agreement needs two raters of the same seconds", got=got, remedy=remedy)
    )


def _plan(rated: RatedSeconds, value: Float[np.ndarray, "u m"], *, k: int) -> Plan:
    stretches = cut_stretches(rated, value)
    weight = stretches.draw() if stretches.are_enough else None
    return Plan(rated.raters, k, stretches, weight)


def _truth_series(rated: RatedSeconds, *, k: int) -> Float[np.ndarray, "u 7"]:
    """Return whether the truth is each emotion; NaN where there is none."""
    truth = find_truth(rated.emotion, k=k, n_labels=len(EMOTIONS))
    each = truth[:, None] == np.arange(len(EMOTIONS))
    return np.asarray(np.where(truth[:, None] < 0, np.nan, each))


def _against_rest(emotion: np.ndarray, label: int) -> np.ndarray:
    return np.asarray(np.where(emotion < 0, -1, (emotion == label).astype(np.int64)))


def _by_participant(rated: RatedSeconds) -> dict[tuple[str, str], np.ndarray]:
    keys = sorted(set(zip(rated.session.tolist(), rated.participant.tolist(), strict=True)))
    return {key: (rated.session == key[0]) & (rated.participant == key[1]) for key in keys}


def _truth_shares(rated: RatedSeconds, here: np.ndarray, plan: Plan) -> TruthShares:
    kept = np.where(here[:, None], rated.emotion, -1)
    counts = tally(kept, n_labels=len(EMOTIONS), k=plan.k, block=plan.stretches.stretch)
    total = counts.total()
    n = int(total.n_decided[0])
    share = total.decided[0] / (n or np.nan)
    drawn = None
    if plan.weight is not None:
        draws = counts.drawn(plan.weight)
        drawn = draws.decided / np.where(draws.n_decided > 0, draws.n_decided, np.nan)[:, None]
    return TruthShares(
        n=n,
        n_undecided=int(total.n_decidable[0]) - n,
        share={name: float(value) for name, value in zip(EMOTIONS, share, strict=True)},
        interval={
            name: None if drawn is None else percentile_interval(drawn[:, label])
            for label, name in enumerate(EMOTIONS)
        },
    )


def _warnings(rated: RatedSeconds) -> tuple[str, ...]:
    used = np.unique(rated.emotion[rated.emotion >= 0])
    told = []
    if len(used) == 1:
        told.append(
            f"all raters chose {EMOTIONS[int(used[0])]} throughout: alpha and the kappas are "
            "undefined, because without variation nothing tells agreement from habit."
        )
    for first, second in combinations(range(len(rated.raters)), 2):
        both = (rated.emotion[:, [first, second]] >= 0).all(axis=1)
        same = (rated.emotion[both, first] == rated.emotion[both, second]).all()
        if len(used) > 1 and both.sum() > 1 and same:
            told.append(
                f"{rated.raters[first]} and {rated.raters[second]} agree in each of "
                f"{int(both.sum())} seconds: check that one is not a copy of the other."
            )
    for key, here in _by_participant(rated).items():
        if not ((rated.emotion[here] >= 0).sum(axis=1) > 1).any():
            who = key[1] if not key[0] else f"{key[1]} of {key[0]}"
            told.append(f"no two raters rated {who} in the same second: check the spelling.")
    if rated.n_too_short:
        told.append(
            f"{counted(rated.n_too_short, 'rating')} too short to hold the middle of a second: "
            "left out."
        )
    return tuple(told)
