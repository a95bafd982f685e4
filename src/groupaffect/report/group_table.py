"""What the group shows, all members and the engaged only, and the camps, in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from groupaffect.report.labels import labels_of
from groupaffect.report.markup import paragraph, table
from groupaffect.report.summary import count_dominant, percent
from groupaffect.session import Session
from groupaffect.types import EMOTIONS, NO_CAMP, GroupSignal, Members, MemberStates

_WORDS: dict[Members, str] = {"all": "all visible members", "engaged": "the engaged only"}
_MOST_SPLITS = 3


def write_both(session: Session) -> str:
    """Return a table of the group of all beside that of the engaged."""
    columns = (
        *("members", "seconds with a value", "dominant expressions"),
        *("mean dispersion", "mean polarisation (by chance)"),
    )
    rows = [_row(group) for group in session.groups]
    return table("The group: all members, and the engaged only", columns, rows)


def _row(group: GroupSignal) -> tuple[str, ...]:
    counts, n_known = count_dominant(group)
    order = [k for k in np.argsort(-counts, kind="stable") if counts[k]]
    shares = ", ".join(f"{EMOTIONS[k]} {percent(counts[k] / n_known)}" for k in order)
    polarised = _mean(group.polarisation)
    chance = _mean(group.polarisation_chance)
    return (
        _WORDS[group.members],
        f"{n_known} of {len(group)}",
        shares or "\N{EN DASH}",
        _mean(group.dispersion),
        f"{polarised} ({chance})",
    )


def _mean(values: np.ndarray) -> str:
    known = values[np.isfinite(values)]
    return f"{known.mean():.2f}" if len(known) else "\N{EN DASH}"


def write_camps(session: Session) -> str:
    """Return in a sentence how often camps stood out, and which were the most frequent."""
    n_told = int((session.members.camp != NO_CAMP).any(axis=1).sum())
    if not n_told:
        return paragraph("In no second could camps be told apart.")
    standing_out = camps_above_chance(session)
    splits = count_splits(standing_out)
    labels = labels_of(session)
    often = "; ".join(
        f"{_say(split, labels)} ({n} s)" for split, n in splits.most_common(_MOST_SPLITS)
    )
    return paragraph(
        f"Any group can be divided into camps; here it was in {n_told} of {len(standing_out)} "
        "seconds. Polarisation was above what independent members have on average in "
        f"{sum(splits.values())} of them; by chance it would be in about half. "
        + (f"Most often in these: {often}." if often else "")
    )


def camps_above_chance(session: Session) -> MemberStates:
    """Return the members' states with camps only where polarisation is above its chance value."""
    members = session.members
    above = np.zeros(len(members), dtype=bool)
    for group in session.groups:
        if group.members == "all" and len(group) == len(members):
            above = group.polarisation > group.polarisation_chance
    camp = np.where(above[:, None], members.camp, NO_CAMP).astype(np.int8)
    return replace(members, camp=camp)


def count_splits(members: MemberStates) -> Counter[frozenset[frozenset[str]]]:
    """Return in how many seconds the members formed each set of two or more camps."""
    rows, counts = np.unique(members.camp, axis=0, return_counts=True)
    splits: Counter[frozenset[frozenset[str]]] = Counter()
    for row, count in zip(rows, counts, strict=True):
        camps = frozenset(
            frozenset(np.array(members.participants)[row == number].tolist())
            for number in np.unique(row[row != NO_CAMP])
        )
        if len(camps) > 1:
            splits[camps] += int(count)
    return splits


def _say(split: frozenset[frozenset[str]], labels: dict[str, str]) -> str:
    camps = sorted(sorted(camp) for camp in split)
    return " against ".join(" and ".join(labels.get(n, n) for n in camp) for camp in camps)
