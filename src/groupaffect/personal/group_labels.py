"""Soft labels for one person from what the others show, each with how much it counts.

The label is the others' mean, unsharpened. For a person whom the shared models read like anybody,
the mean of what they read and the mean of the labels agree, errors and all, so that fitting one
to the other leaves such a person alone; sharpened or filtered labels do not (docs/personal.md).

References
----------
Arazo et al. 2020, 1908.02983: soft pseudo-labels, and what hard ones do to their own errors.
Reed et al. 2014, 1412.6596: targets mixed with what the model reads itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from groupaffect.settings import PersonalSettings
from groupaffect.types import EMOTIONS
from groupaffect.value_checks import check_shapes


@dataclass(frozen=True, slots=True)
class GroupLabels:
    """What the others show by second.

    Attributes
    ----------
    probability : (t, 7) rows sum to 1, or are NaN where there is no label.
    weight : (t,) 0..1 how much the second counts; 0 where there is no label.
    """

    probability: Float[np.ndarray, "t 7"]
    weight: Float[np.ndarray, " t"]

    def __post_init__(self) -> None:
        """Check shapes."""
        check_shapes(self, probability=("t", 7), weight=("t",))

    def __len__(self) -> int:
        return len(self.weight)


def label_seconds(others: Float[np.ndarray, "t o 7"], *, settings: PersonalSettings) -> GroupLabels:
    """Return the labels that the others give.

    A second counts where at least ``min_visible_share`` of the others are visible and their mean
    says one emotion with at least ``min_confidence``.

    Parameters
    ----------
    others : (t, o, 7) fused without the person; NaN where not visible.

    Examples
    --------
    >>> happy, sad = np.eye(7)[3], np.eye(7)[4]
    >>> labels = label_seconds(np.array([[happy, sad]]), settings=PersonalSettings())
    >>> labels.probability[0, [3, 4]].tolist(), labels.weight.tolist()
    ([0.5, 0.5], [1.0])
    """
    seen = ~np.isnan(others).any(axis=2)  # (t, o)
    n_seen = seen.sum(axis=1)
    known = np.where(seen[..., None], others, 0.0)
    with np.errstate(invalid="ignore"):  # nobody there: the NaN wanted
        mean = known.sum(axis=1) / n_seen[:, None]
    enough = (n_seen > 0) & (n_seen >= settings.min_visible_share * others.shape[1])
    sure = np.nan_to_num(mean).max(axis=1, initial=0.0) >= settings.min_confidence
    counts = enough & sure
    return GroupLabels(np.where(enough[:, None], mean, np.nan), counts.astype(np.float64))


def label_neutral(n_seconds: int, *, settings: PersonalSettings) -> GroupLabels:
    """Return labels for a stretch in which the person rests: neutral, as surely as models read it.

    Examples
    --------
    >>> label_neutral(1, settings=PersonalSettings()).probability[0].round(2).tolist()
    [0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.7]
    """
    sure = settings.neutral_confidence
    row = np.full(len(EMOTIONS), (1.0 - sure) / (len(EMOTIONS) - 1))
    row[EMOTIONS.index("neutral")] = sure
    return GroupLabels(np.tile(row, (n_seconds, 1)), np.ones(n_seconds))


def count_labels(labels: GroupLabels, *, chosen: np.ndarray) -> dict[str, int]:
    """Return the chosen seconds that count, by the likeliest emotion of their label.

    Examples
    --------
    >>> labels = GroupLabels(np.eye(7)[[3, 3]], np.ones(2))
    >>> count_labels(labels, chosen=np.array([True, False]))["happy"]
    1
    """
    used = chosen & (labels.weight > 0)
    likeliest = labels.probability[used].argmax(axis=1)
    counts = np.bincount(likeliest, minlength=len(EMOTIONS))
    return {emotion: int(n) for emotion, n in zip(EMOTIONS, counts, strict=True)}
