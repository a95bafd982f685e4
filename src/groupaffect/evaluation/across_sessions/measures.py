"""What a study says of each participant of one session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from groupaffect.evaluation.distribution import likeliest
from groupaffect.evaluation.valence import VALENCES
from groupaffect.group.change_counts import count_in_windows
from groupaffect.group.homogeneity import divergence_by_lag
from groupaffect.members_by_second import MembersBySecond, members_of_signals
from groupaffect.own_changes import find_own_changes
from groupaffect.session import Session
from groupaffect.settings import GroupSettings
from groupaffect.types import EMOTIONS, UNDETERMINED, GroupState

MIN_SEEN_S = 30  # of a participant with a reading; of fewer only how many is told (ours)
MOST_LAGS = 120  # that the chance level of agreement is a mean over

# In the order of the table. What it says, for people.
MEASURES: dict[str, str] = {
    "seen_s": "seconds in which the face was read",
    "visible_share": "share of the analysed frames in which the face was seen, 0 to 1",
    "quality": "mean quality of the frames used, 0 to 1",
    **{name: f"share of seconds read in which {name} was the likeliest" for name in EMOTIONS},
    "positive": "the same for happy",
    "negative": "the same for angry, disgust, fear and sad together",
    "changes_per_min": "changes of expression a minute seen; short ones dismissed by own history",
    "agreement": "alikeness with each other member in the same second, 0 to 1 (1 less the mean "
    "Jensen-Shannon divergence), the member left out",
    "agreement_beyond_chance": "the same less that at other times of the same session",
    "synchrony": "correlation of the changes with the sum of all others', the member left out",
    "engaged_share": "share of the seconds that could be told in which the member was engaged",
    "image_weight": "mean weight of the image model while the face was read, 0 to 1",
}
# Made from several members' faces, so one member's value says something of another's.
RELATIONAL = frozenset(
    ("agreement", "agreement_beyond_chance", "synchrony", "engaged_share", "image_weight")
)
# What is tested unless people choose: each thing once. Weights are no measure of a person.
TESTED = (
    *("positive", "neutral", "negative", "surprise", "changes_per_min"),
    *("agreement_beyond_chance", "synchrony", "engaged_share"),
)


@dataclass(frozen=True, slots=True)
class StudiedSession:
    """One session of a study.

    Attributes
    ----------
    name : by which the study calls it. recording, sha256 : of the media.
    participants : ids, p of them. names : given to them; the id where none was.
    values : (p,) for each of ``MEASURES``; NaN where it could not be told.
    group_kind : of the whole recording; "" in sessions that were never tested.
    group_synchrony, group_homogeneity : effects of the whole recording; NaN where not tested.
    counts : (w, p) changes in windows; probability : (t, p, 7), both without a cross-member step.
    settings : of the group stage.
    """

    name: str
    recording: str
    sha256: str
    participants: tuple[str, ...]
    names: tuple[str, ...]
    values: dict[str, Float[np.ndarray, " p"]]
    group_kind: str
    group_synchrony: float
    group_homogeneity: float
    counts: Float[np.ndarray, "w p"]
    probability: Float[np.ndarray, "t p 7"]
    settings: GroupSettings


def measure_session(session: Session, *, name: str) -> StudiedSession:
    """Return what the study says of a session's participants.

    Expressions are the fused ones. Changes, agreement and synchrony are told from signals without
    a step across members: the even mixture of the two models (METHODS 8).
    """
    settings = session.record.settings
    members = members_of_signals(session.signals, n_rows=0)
    own = find_own_changes(
        members.image,
        members.landmark,
        participants=members.participants,
        settings=settings,
        first_second=members.first_second,
    )
    seen = np.isfinite(members.fused).all(axis=2)  # (t, p)
    values = {
        **_visibility(session, members, seen),
        **_shares(members),
        "changes_per_min": _a_minute([len(seconds) for seconds in own.change_s], seen),
        **measure_agreement(own.probability, settings=settings.group),
        **_states(session, members.participants),
        "image_weight": _image_weight(session, members, seen),
    }
    enough = seen.sum(axis=0) >= MIN_SEEN_S
    kept = ("seen_s", "visible_share")
    facts = {p.participant: p for p in session.participants}
    whole = _whole_states(session.states, ())
    return StudiedSession(
        name=name,
        recording=session.record.media.name,
        sha256=session.record.media.sha256,
        participants=members.participants,
        names=tuple(facts[who].name for who in members.participants),
        values={
            k: values[k] if k in kept else np.where(enough, values[k], np.nan) for k in MEASURES
        },
        group_kind=_group_kind(whole),
        group_synchrony=whole["synchrony"].effect if "synchrony" in whole else np.nan,
        group_homogeneity=whole["homogeneity"].effect if "homogeneity" in whole else np.nan,
        counts=count_in_windows(
            own.change_s, seen, first_s=members.first_second, settings=settings.group
        ),
        probability=own.probability,
        settings=settings.group,
    )


def measure_agreement(
    probability: Float[np.ndarray, "t p 7"], *, settings: GroupSettings
) -> dict[str, Float[np.ndarray, " p"]]:
    """Return how alike each member is to each other at the same time, and beyond other times.

    Pairs that are seen together for less than a fifth of the time do not count.

    Examples
    --------
    >>> label = np.random.default_rng(0).integers(7, size=600)
    >>> alike = np.eye(7)[label][:, None].repeat(3, axis=1)
    >>> found = measure_agreement(alike, settings=GroupSettings())
    >>> found["agreement"].tolist(), found["agreement_beyond_chance"].round(1).tolist()
    ([1.0, 1.0, 1.0], [0.8, 0.8, 0.8])
    """
    n_seconds, n_members = probability.shape[:2]
    nothing = np.full(n_members, np.nan)
    step = max(settings.count_window_s // 2, 1, -(-n_seconds // MOST_LAGS))
    n_lags = n_seconds // step
    if n_members < 2 or not n_lags:
        return {"agreement": nothing, "agreement_beyond_chance": nothing}
    divergence = divergence_by_lag(probability[: n_lags * step], step=step)  # (l, p, p)
    others = ~np.eye(n_members, dtype=np.bool_)
    alike = np.array([_mean_over(1.0 - table, others) for table in divergence])  # (l, p)
    nearest = -(-settings.min_shift_s // step)
    apart = alike[nearest : n_lags - nearest + 1]
    chance = _mean_over(apart.T, np.ones(apart.T.shape, dtype=np.bool_))
    return {"agreement": alike[0], "agreement_beyond_chance": alike[0] - chance}


def _mean_over(value: Float[np.ndarray, "p q"], chosen: Bool[np.ndarray, "p q"]) -> np.ndarray:
    """Return the mean of each row over chosen, known values; NaN where there is none."""
    known = chosen & np.isfinite(value)
    total = np.where(known, value, 0.0).sum(axis=1)
    return np.where(known.any(axis=1), total / np.maximum(known.sum(axis=1), 1), np.nan)


def _visibility(
    session: Session, members: MembersBySecond, seen: Bool[np.ndarray, "t p"]
) -> dict[str, np.ndarray]:
    facts = {p.participant: p.visible_share for p in session.participants}
    quality = {s.participant: s.quality for s in session.signals if s.source == "fused"}
    rows = [quality[who][np.isfinite(quality[who])] for who in members.participants]
    return {
        "seen_s": seen.sum(axis=0).astype(np.float64),
        "visible_share": np.array([facts[who] for who in members.participants]),
        "quality": np.array([row.mean() if len(row) else np.nan for row in rows]),
    }


def _shares(members: MembersBySecond) -> dict[str, np.ndarray]:
    dominant = [likeliest(row) for row in members.fused.transpose(1, 0, 2)]
    count = np.array([np.bincount(row[row >= 0], minlength=7) for row in dominant])
    share = _divide(count.reshape(-1, 7).T, count.reshape(-1, 7).sum(axis=1))  # (7, p)
    groups = {name: VALENCES[name] for name in ("positive", "negative")}
    summed = {
        name: share[[EMOTIONS.index(emotion) for emotion in emotions]].sum(axis=0)
        for name, emotions in groups.items()
    }
    return {**dict(zip(EMOTIONS, share, strict=True)), **summed}


def _divide(value: np.ndarray, by: np.ndarray) -> np.ndarray:
    return np.where(by > 0, value / np.maximum(by, 1), np.nan)


def _a_minute(n: Sequence[int], seen: Bool[np.ndarray, "t p"]) -> np.ndarray:
    return _divide(60.0 * np.array(n, dtype=np.float64), seen.sum(axis=0))


def _states(session: Session, participants: tuple[str, ...]) -> dict[str, np.ndarray]:
    whole = [_whole_states(session.states, (who,)).get("synchrony") for who in participants]
    engaged = session.members.engaged
    place = [session.members.participants.index(who) for who in participants]
    told = [row[row != UNDETERMINED] for row in engaged.T[place]]
    return {
        "synchrony": np.array([np.nan if state is None else state.effect for state in whole]),
        "engaged_share": np.array([(row == 1).mean() if len(row) else np.nan for row in told]),
    }


def _whole_states(
    states: Sequence[GroupState], participants: tuple[str, ...]
) -> dict[str, GroupState]:
    """Return the state of the longest stretch, the recording, by measure."""
    found: dict[str, GroupState] = {}
    for state in states:
        if state.participants != participants:
            continue
        known = found.get(state.measure)
        if known is None or state.end_s - state.start_s > known.end_s - known.start_s:
            found[state.measure] = state
    return found


def _group_kind(whole: dict[str, GroupState]) -> str:
    if "homogeneity" in whole and whole["homogeneity"].kind == "homogeneous":
        return "homogeneous"
    return whole["synchrony"].kind if "synchrony" in whole else ""


def _image_weight(
    session: Session, members: MembersBySecond, seen: Bool[np.ndarray, "t p"]
) -> np.ndarray:
    trace = session.fusion
    if not len(trace.window_start_s):
        return np.full(len(members.participants), np.nan)
    second = members.first_second + np.arange(len(seen))
    window: Int[np.ndarray, " t"] = np.searchsorted(trace.window_start_s, second, side="right") - 1
    place = [trace.participants.index(who) for who in members.participants]
    weight = trace.weight[np.maximum(window, 0)][:, place, 0]  # (t, p)
    return _mean_over(weight.T, seen.T)
