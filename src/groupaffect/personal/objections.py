"""What speaks against learning from a session, in numbers (METHODS 9)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from groupaffect.counting import counted
from groupaffect.personal.evidence import MIN_BLOCKS, Evidence
from groupaffect.settings import PersonalSettings
from groupaffect.types import GroupState, Model


def object_to_group(alike: GroupState | None, *, significance: float) -> list[str]:
    """Return why a group does not teach: its members are not alike beyond chance, with figures.

    Asked is homogeneity's own test, not the label "homogeneous", which needs synchrony too: in
    some minutes that test of cadence has little power, and labels rest on being alike alone.

    Parameters
    ----------
    alike : the group's homogeneity in the training part; None: there was nothing to judge.
    significance : largest p.

    Examples
    --------
    >>> object_to_group(None, significance=0.05)
    ['the group is not homogeneous (nothing to judge it by)']
    """
    if alike is None:
        return ["the group is not homogeneous (nothing to judge it by)"]
    if alike.p <= significance and alike.low > 0:
        return []
    if math.isnan(alike.p):
        return [f"the group cannot be judged homogeneous ({alike.reason.rstrip('.')})"]
    bounds = f"{alike.low:.3f} to {alike.high:.3f}"
    figures = f"alike by {alike.effect:.3f} beyond chance, {bounds}, p = {alike.p:.3f}"
    return [f"the group is not homogeneous ({figures}, {counted(alike.n_windows, 'window')})"]


def object_to_labels(
    label_s: Sequence[Mapping[str, int]], *, settings: PersonalSettings
) -> list[str]:
    """Return why labels are too few, or of too few emotions.

    Parameters
    ----------
    label_s : of each session, seconds by emotion.

    Examples
    --------
    >>> said = object_to_labels([{"happy": 100, "neutral": 5}], settings=PersonalSettings())
    >>> said[0]
    'only 105 s have a label, of 180 needed'
    >>> said[1]
    'only 1 emotion is shown for 10 s or more, of 3 needed (happy 100 s, neutral 5 s)'
    """
    total = total_seconds(label_s)
    n = sum(total.values())
    said = []
    if n < settings.min_label_s:
        said.append(f"only {n} s have a label, of {settings.min_label_s} needed")
    shown = [name for name, seconds in total.items() if seconds >= settings.min_emotion_s]
    if len(shown) < settings.min_emotions:
        least = f"{settings.min_emotion_s} s"
        counts = ", ".join(f"{k} {v} s" for k, v in total.items() if v) or "none"
        are = "is" if len(shown) == 1 else "are"
        said.append(
            f"only {counted(len(shown), 'emotion')} {are} shown for {least} or more, of "
            f"{settings.min_emotions} needed ({counts})"
        )
    return said


def object_to_evidence(found: Mapping[Model, Evidence], *, n_errors: float) -> list[str]:
    """Return that the labels say nothing new of the person, where that is so for both models.

    Examples
    --------
    >>> object_to_evidence({"image": Evidence(0.01, 0.02, 0.1, 10)}, n_errors=2.0)[0][:59]
    'the labels say nothing of the person that the shared models'
    """
    if any(each.is_beyond(n_errors) for each in found.values()):
        return []
    figures = ", ".join(
        f"{model} model {100 * each.gain:+.1f} +- {100 * each.error:.1f}"
        if each.n_blocks >= MIN_BLOCKS
        else f"{model} model untested in {counted(each.n_blocks, 'block')}"
        for model, each in found.items()
    )
    return [
        "the labels say nothing of the person that the shared models do not read already (points "
        f"of agreement gained on seconds held out: {figures or 'none'})"
    ]


def total_seconds(label_s: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """Return seconds by emotion over all sessions.

    Examples
    --------
    >>> total_seconds([{"happy": 1}, {"happy": 2, "sad": 1}])
    {'happy': 3, 'sad': 1}
    """
    names = dict.fromkeys(name for each in label_s for name in each)
    return {name: sum(each.get(name, 0) for each in label_s) for name in names}
