"""What the demonstration learns of the person whose resting face looks like an expression."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from groupaffect.errors import InsufficientDataError
from groupaffect.types import EMOTIONS, Emotion

if TYPE_CHECKING:
    from groupaffect.synthetic.script import Script


@dataclass(frozen=True, slots=True)
class LearnedProfile:
    """A profile, and what it changes on seconds far from those that it was learned from.

    Attributes
    ----------
    looks : what the script gives the resting face; how it is read is another matter.
    read_as : what it is read as most often, by adaptive fusion.
    rest_s : seconds before the first expression, from which it was learned.
    n_seconds : that were read with it, a minute later.
    macro_f1_before, macro_f1 : 0..1 against the truth, without and with the profile.
    """

    path: Path
    participant: str
    name: str
    looks: str
    read_as: Emotion
    rest_s: float
    n_seconds: int
    macro_f1_before: float
    macro_f1: float


def learn_from_rest(
    script: Script, session: Path, truth: Path, path: Path
) -> LearnedProfile | None:
    """Learn a profile of who looks otherwise at rest; write it, or return None without one.

    None: nobody in the script does, or nothing can be learned in so short a talk.
    """
    from groupaffect.evaluation.personal.courses import examine_profile
    from groupaffect.personalization import Request, open_sessions, teach_person
    from groupaffect.profile_files import write_profile
    from groupaffect.synthetic.truth import participant_ids

    people = zip(participant_ids(script), script.people, strict=True)
    who, person = next(
        ((who, person) for who, person in people if person.resting_strength > 0), (None, None)
    )
    if who is None or person is None:
        return None
    rest_s = min((entry.start_s for entry in script.timeline), default=script.duration_s)
    try:
        request = Request(who, teacher="neutral", neutral=((0.0, rest_s),))
        profile, courses = teach_person(open_sessions(session), request)
        found = examine_profile(profile, courses, settings=request.settings, truth=(truth,))
    except InsufficientDataError:
        return None
    path.unlink(missing_ok=True)
    write_profile(profile, path)
    before, after = (
        found["sources"][source]["macro_f1"]["value"] for source in ("adaptive", "personal")
    )
    return LearnedProfile(
        path,
        who,
        person.name,
        person.resting_emotion,
        _read_as(session, who, rest_s),
        rest_s,
        found["n_seconds"],
        macro_f1_before=before,
        macro_f1=after,
    )


def _read_as(session: Path, who: str, rest_s: float) -> Emotion:
    """Return the emotion that is read in most of the first seconds."""
    from groupaffect.session import load_session

    (fused,) = (
        signal
        for signal in load_session(session).signals
        if (signal.participant, signal.source) == (who, "fused")
    )
    rest = fused.probability[: int(rest_s)]
    read = rest[~np.isnan(rest).any(axis=1)].argmax(axis=1)
    return EMOTIONS[int(np.bincount(read, minlength=len(EMOTIONS)).argmax())]


def profile_lines(learned: LearnedProfile, session: Path) -> list[str]:
    """Return what was learned as lines for a terminal."""
    return [
        f"{learned.participant} {learned.name}: the resting face seems to show another expression "
        f"than neutral, and is read as {learned.read_as};",
        f"  with a profile learned from the first {learned.rest_s:.0f} s, in which nobody shows "
        "anything,",
        f"  macro F1 is {learned.macro_f1:.2f} instead of {learned.macro_f1_before:.2f}, in "
        f"{learned.n_seconds} s a minute later; to apply it:",
        f"  groupaffect reanalyze {session} --profile {learned.participant}={learned.path}",
    ]
