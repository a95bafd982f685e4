"""The paper's rule: who changes more than the group is read by landmarks, who less by pixels.

Paper 4.3 and METHODS 6. A still face hides subtle expression that pixels still show; a face
noisier than the group is exaggerated or badly filmed, where landmarks keep to the key emotions.

The rule adds up: once above the group, a member's weight runs to its limit unless the group
turns. It also rewards conformity. Report the share of time at the limit.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float, Int

from groupaffect.errors import UsageError, sentence
from groupaffect.fusion.weights import Weights
from groupaffect.settings import FusionSettings


def step_paper_rule(
    state: Weights,
    n_changes: Int[np.ndarray, " p"],
    visible: Bool[np.ndarray, " p"],
    *,
    settings: FusionSettings,
) -> Weights:
    """Return the weights of the next window.

    ``step = eta * min(|c_i - mean(c)| / sd(c), max_deviation)``, 0 where sd = 0; mean and sd (of
    the group itself, divisor N) over the visible members, i included. At or above the mean the
    image weight falls, below it rises. Who is unseen keeps the weight (METHODS 6).

    Parameters
    ----------
    n_changes : (p,) kept changes of each member in the count window before.
    visible : (p,) who was seen in the window before.
    settings : ``step`` (eta), ``max_deviation`` and ``clamp``.

    Raises
    ------
    UsageError : the numbers of members differ.

    Examples
    --------
    >>> from groupaffect.fusion.weights import start_weights
    >>> seen = np.ones(3, dtype=bool)
    >>> counts = np.array([0, 3, 3])
    >>> new = step_paper_rule(start_weights(3), counts, seen, settings=FusionSettings())
    >>> new.image.round(4).tolist()
    [0.5707, 0.4646, 0.4646]
    >>> new.reason[0]
    'fewer changes than the group (0, mean 2.0)'
    """
    _check_members(state, n_changes, visible)
    low, high = weight_limits(settings)
    moved = np.clip(state.image - _steps(n_changes, visible, settings), low, high)
    image = np.where(visible, moved, state.image)
    reasons = _reasons(n_changes, visible)
    at_limit = (image <= low) | (image >= high)
    return Weights(
        image,
        tuple(f"{r}, at the limit" if at else r for r, at in zip(reasons, at_limit, strict=True)),
    )


def weight_limits(settings: FusionSettings) -> tuple[float, float]:
    """Return the lowest and highest image weight: with it both models' weights stay clamped.

    Examples
    --------
    >>> weight_limits(FusionSettings(clamp=(0.1, 0.75)))
    (0.25, 0.75)
    """
    low, high = settings.clamp
    return max(low, 1.0 - high), min(high, 1.0 - low)


def _steps(
    n_changes: Int[np.ndarray, " p"], visible: Bool[np.ndarray, " p"], settings: FusionSettings
) -> Float[np.ndarray, " p"]:
    """Return by how much each image weight falls."""
    counts = n_changes[visible].astype(np.float64)
    if len(counts) == 0 or np.ptp(counts) == 0:
        return np.zeros(len(n_changes))
    deviation = (n_changes - counts.mean()) / counts.std()
    capped = np.clip(deviation, -settings.max_deviation, settings.max_deviation)
    return np.asarray(settings.step * capped)


def _reasons(n_changes: Int[np.ndarray, " p"], visible: Bool[np.ndarray, " p"]) -> list[str]:
    counts = n_changes[visible]
    mean = float(counts.mean()) if len(counts) else np.nan
    spread = len(counts) > 0 and bool(np.ptp(counts) > 0)
    return [
        _reason(int(count), mean, spread=spread, seen=bool(seen))
        for count, seen in zip(n_changes, visible, strict=True)
    ]


def _reason(count: int, mean: float, *, spread: bool, seen: bool) -> str:
    if not seen:
        return "not seen"
    if not spread:
        return f"all changed alike ({count})"
    than = "more changes than" if count > mean else "fewer changes than"
    if count == mean:
        than = "as many changes as"
    return f"{than} the group ({count}, mean {mean:.1f})"


def _check_members(
    state: Weights, n_changes: Int[np.ndarray, " p"], visible: Bool[np.ndarray, " p"]
) -> None:
    if not len(state.image) == len(n_changes) == len(visible):
        raise UsageError(
            sentence(
                wanted=f"counts and visibility must be of {len(state.image)} members",
                got=f"{len(n_changes)} and {len(visible)}",
                remedy="pass one value for each member of the state",
            )
        )
