"""One recording to analyse, and what became of it."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from groupaffect.app.failures import one_line
from groupaffect.errors import GroupaffectError, SessionExistsError
from groupaffect.person_profile import PersonProfile
from groupaffect.session.columns import OVERLAY_FILE
from groupaffect.settings import Settings
from groupaffect.types import Context, Hook, OverlayStyle

Status = Literal["complete", "already complete", "failed"]


@dataclass(frozen=True, slots=True)
class Plan:
    """How all recordings of a run are analysed; ``output`` gets their session folders."""

    output: Path
    settings: Settings
    context: Context = "not declared"
    consent: str | None = None
    overlay: OverlayStyle | None = None
    force: bool = False
    names: Path | None = None
    profiles: Mapping[str, str | Path | PersonProfile] = field(default_factory=dict)
    keep_embeddings: bool = False
    debug: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """One recording and the folder for its session."""

    source: Path
    folder: Path
    plan: Plan


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input; the fields of one entry of ``--json``.

    Attributes
    ----------
    input : as the person named it. session : its folder; None where it failed.
    seconds : of media analysed. wall_seconds : that it took.
    participants : their ids.
    overlay : the video that was asked for, whether made now or before.
    made : what a complete session lacked, "report" or "overlay", and got now.
    error : one sentence; None where all went well.
    """

    input: str
    status: Status
    session: str | None = None
    seconds: float | None = None
    wall_seconds: float | None = None
    participants: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    overlay: str | None = None
    made: tuple[str, ...] = ()
    error: str | None = None

    def to_dict(self) -> dict[str, object]:
        """Return plain values for JSON.

        Examples
        --------
        >>> Outcome("a.mp4", "failed", error="No.").to_dict()["status"]
        'failed'
        """
        return dataclasses.asdict(self)


def failed(source: str | Path, error: BaseException) -> Outcome:
    """Return the outcome of an input that could not be analysed.

    Examples
    --------
    >>> failed("a.mp4", SessionExistsError("No.")).error
    'No.'
    """
    return Outcome(str(source), "failed", error=one_line(error))


def analyze_task(task: Task, *, hook: Hook) -> Outcome:
    """Analyse one recording; an error becomes its outcome, so that the others go on.

    With ``task.plan.debug`` an error that is not ours is raised.
    """
    from groupaffect.recording import analyze

    started_s = time.perf_counter()
    overlay = str(task.folder / OVERLAY_FILE) if task.plan.overlay is not None else None
    try:
        session = analyze(
            task.source,
            output=task.folder,
            settings=task.plan.settings,
            context=task.plan.context,
            consent=task.plan.consent,
            overlay=task.plan.overlay,
            force=task.plan.force,
            names=task.plan.names,
            profiles=task.plan.profiles,
            keep_embeddings=task.plan.keep_embeddings,
            hook=hook,
        )
    except SessionExistsError as error:
        return Outcome(
            str(task.source),
            "already complete",
            session=str(task.folder),
            warnings=tuple(getattr(error, "__notes__", ())),
            overlay=overlay,
            made=error.made,
        )
    except GroupaffectError as error:
        return failed(task.source, error)
    except Exception as error:  # one bad recording must not end a night's run
        if task.plan.debug:
            raise
        return failed(task.source, error)
    return Outcome(
        str(task.source),
        "complete",
        session=str(task.folder),
        seconds=session.analysed_s,
        wall_seconds=time.perf_counter() - started_s,
        participants=tuple(facts.participant for facts in session.participants),
        warnings=session.warnings,
        overlay=overlay,
    )
