"""All that is said of two recordings of one performance: compared, controlled, and scored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from groupaffect.evaluation.comparison import STEP_S, compare_sessions
from groupaffect.evaluation.complement_study import study_complement
from groupaffect.evaluation.truth import read_truth
from groupaffect.session import Session

WHICH = ("original", "other")


def study_comparison(
    original: Session,
    other: Session,
    control: tuple[Session, dict[str, Any]] | None = None,
    *,
    truth: tuple[Path, Path] | None = None,
    step_s: float = STEP_S,
) -> dict[str, Any]:
    """Compare two sessions, with the same of a codec control, and both against truth.

    Parameters
    ----------
    control : session of the original encoded like the other, and how that was done.
    truth : of the original and of the other.

    Raises
    ------
    UsageError, InsufficientDataError, UnreadableSessionError : see ``compare_sessions`` and
        ``read_truth``.
    """
    # First, because a wrong file costs least here.
    labels = [
        read_truth(path, session.participants)
        for path, session in zip(truth or (), (original, other), strict=False)
    ]
    result = compare_sessions(original, other, step_s=step_s)
    result["control"] = None
    if control is not None:
        session, how = control
        found = compare_sessions(original, session, step_s=step_s)
        result["control"] = {**how, **found}
        mark_below(result, found)
        result["warnings"] += [f"control: {text}" for text in found["warnings"]]
    else:
        result["warnings"].append(
            "no codec control: what compression changed cannot be told from what else changed"
        )
    result["truth"] = {
        which: study_complement(session.analysis(), label)
        for which, session, label in zip(WHICH, (original, other), labels, strict=False)
    } or None
    return result


def mark_below(result: dict[str, Any], control: dict[str, Any]) -> None:
    """Mark each emotion whose correlation lies, with its interval, below the control's.

    There compression alone cannot be the reason. False also where an interval is missing.
    """
    for name, row in result["participants"].items():
        there = control["participants"].get(name, {"models": {}})["models"]
        for model, found in row["models"].items():
            for emotion, cell in found["diagonal"].items():
                if model in there:
                    low = there[model]["diagonal"][emotion]["interval"][0]
                    cell["below_control"] = bool(cell["interval"][1] < low)
