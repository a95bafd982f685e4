"""Learn a person from sessions whose group shows the same as they do: ``groupaffect.personalize``.

From stored sessions alone; only fine-tuning needs the recordings. A head needs embeddings that were
kept.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float16

from groupaffect.errors import InsufficientDataError, UsageError, sentence
from groupaffect.fine_tuning import Sitting, check_can_tune, read_anew, tune_person
from groupaffect.group_lessons import (
    MembersRead,
    judge_homogeneity,
    label_by_others,
    mean_of_others,
)
from groupaffect.media import Media
from groupaffect.member_rows import read_members
from groupaffect.own_networks import check_was_shared
from groupaffect.person_crops import open_recordings
from groupaffect.person_profile import (
    ADAPTERS,
    TEACHERS,
    AdapterKind,
    Origin,
    PersonProfile,
    Shift,
    Teacher,
)
from groupaffect.personal.evidence import MIN_BLOCKS, Evidence
from groupaffect.personal.group_labels import GroupLabels, count_labels, label_neutral
from groupaffect.personal.objections import (
    object_to_evidence,
    object_to_group,
    object_to_labels,
    total_seconds,
)
from groupaffect.personal.teaching import (
    NO_SHIFT,
    Lesson,
    PersonRows,
    keep_proven,
    teach,
    teach_online,
)
from groupaffect.personal.training_part import (
    Stretches,
    choose_stretches,
    filter_gap_s,
    longest_run,
    split_seconds,
)
from groupaffect.profile_files import recorded_networks, write_profile
from groupaffect.session.columns import RECORD_FILE
from groupaffect.session.people import find_people
from groupaffect.session.reader import Session, load_session
from groupaffect.settings import PersonalSettings, Settings
from groupaffect.types import MODELS, GroupState, Model


@dataclass(frozen=True, slots=True)
class Course:
    """What one session can teach about a person, and what it can test.

    Attributes
    ----------
    session : it comes from. person : their id in it. settings : by which it was analysed.
    read : what the shared models read of everybody. rows : of the person, frame by frame.
    labels : by second. train, test : (t,) seconds to learn from, and to test on.
    stretches : that may be learned from. alike : the group's homogeneity; None: not asked.
    media : the recording, for fine-tuning.
    own_rows : the person's rows as a fine-tuned network of their own reads them.
    """

    session: Session
    person: str
    settings: Settings
    read: MembersRead
    rows: PersonRows
    labels: GroupLabels
    train: Bool[np.ndarray, " t"]
    test: Bool[np.ndarray, " t"]
    stretches: Stretches
    alike: GroupState | None
    media: Media | None = None
    own_rows: PersonRows | None = None

    @property
    def lesson(self) -> Lesson:
        """What fitting takes."""
        return Lesson(self.rows, self.labels, self.train)

    @property
    def sitting(self) -> Sitting:
        """What fine-tuning takes."""
        if self.media is None:
            raise _wrong("fine-tuned with the session's recording", "none")
        return Sitting(self.session, self.media, self.person, self.lesson)


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be learned, and from which part of each session.

    Attributes
    ----------
    participant : id or name, found in each session.
    fraction, stretches : of each session to learn from; the first half if neither is given.
    neutral : stretches in which the person rests; for the teacher "neutral".
    anyway : learn although something speaks against it; the profile says so.
    recordings : of the sessions, in any order; for fine-tuning.
    """

    participant: str
    adapter: AdapterKind = "offset"
    teacher: Teacher = "group"
    fraction: float | None = None
    stretches: Stretches = ()
    neutral: Stretches = ()
    anyway: bool = False
    settings: PersonalSettings = dataclasses.field(default_factory=PersonalSettings)
    recordings: tuple[str | Path, ...] = ()

    def __post_init__(self) -> None:
        """Raise UsageError for a choice that is none."""
        for word, known in ((self.adapter, ADAPTERS), (self.teacher, TEACHERS)):
            if word not in known:
                raise _wrong(f"one of {', '.join(known)}", repr(word))
        if self.adapter != "offset" and self.teacher != "group":
            raise _wrong(f"learned from the group where it is a {self.adapter}", self.teacher)
        if (self.adapter == "fine-tune") != bool(self.recordings):
            got = "recordings for another adapter" if self.recordings else "none"
            raise _wrong("fine-tuned with the recordings of its sessions", got)
        if self.teacher == "neutral" and not self.neutral:
            message = sentence(
                wanted="the teacher neutral needs seconds in which the person rests",
                got="none",
                remedy="name them, like `--neutral 10-40`",
            )
            raise UsageError(message)
        if self.neutral and self.teacher != "neutral":
            message = sentence(
                wanted="seconds of rest (`--neutral`) are for the teacher neutral",
                got=f"the teacher {self.teacher}",
                remedy="add `--teacher neutral`, or leave `--neutral` out",
            )
            raise UsageError(message)


def personalize(  # noqa: PLR0913 (each is one of people's choices)
    sessions: str | Path | Iterable[str | Path],
    *,
    participant: str,
    output: str | Path | None = None,
    adapter: AdapterKind = "offset",
    teacher: Teacher = "group",
    fraction: float | None = None,
    stretches: Stretches = (),
    neutral: Stretches = (),
    anyway: bool = False,
    recordings: str | Path | Iterable[str | Path] = (),
    settings: PersonalSettings | None = None,
) -> PersonProfile:
    """Learn how one person's face differs from what the shared models expect.

    Parameters
    ----------
    sessions : folders that ``analyze`` wrote, in which the same person sits.
    participant : id or name, found in each of them.
    output : file for the profile; a new one.
    adapter : "offset": one number for each emotion and model; "head": their last layer, which
        needs sessions with embeddings; "fine-tune": the last block of the image network, which
        needs the recordings and PyTorch (extra ``train``).
    teacher : "group": what the others show at the same time; "neutral": stretches in which the
        person rests; "online": what the others show over minutes, for groups that are not alike.
    fraction, stretches : of each session to learn from; the first half if neither is given.
    anyway : learn although the group is not homogeneous, or labels are few; the profile says so.
    recordings : of the sessions, for "fine-tune"; faces are cut out of them anew.

    Raises
    ------
    UsageError : an argument is wrong, or somebody is not in a session.
    InsufficientDataError : something speaks against it, with figures.
    UnreadableSessionError : a folder is no whole session.
    MediaError : a recording cannot be read.
    OutputError : the profile cannot be written, or something is there already.
    """
    request = Request(
        participant,
        adapter,
        teacher,
        fraction=fraction,
        stretches=stretches,
        neutral=neutral,
        anyway=anyway,
        settings=settings or PersonalSettings(),
        recordings=(recordings,) if isinstance(recordings, str | Path) else tuple(recordings),
    )
    profile, _ = teach_person(open_sessions(sessions), request)
    if output is not None:
        write_profile(profile, output)
    return profile


def open_sessions(sessions: str | Path | Iterable[str | Path]) -> tuple[Session, ...]:
    """Return the sessions of one or several folders.

    Raises
    ------
    UsageError : there is none, or one stands there twice.
    UnreadableSessionError : a folder is no whole session.
    """
    folders = [sessions] if isinstance(sessions, str | Path) else list(sessions)
    opened = tuple(load_session(folder) for folder in folders)
    if not opened or len({one.path.resolve() for one in opened}) < len(opened):
        raise _wrong("one session or several, each once", "none" if not opened else "one twice")
    return opened


def teach_person(
    sessions: Sequence[Session], request: Request
) -> tuple[PersonProfile, tuple[Course, ...]]:
    """Return the profile and the courses it was learned in, which can be tested on.

    Raises
    ------
    UsageError, InsufficientDataError : see ``personalize``.
    """
    networks, media = _common_networks(sessions), list[Media | None]([None] * len(sessions))
    if request.adapter == "fine-tune":
        check_can_tune(sessions)
        media = list(open_recordings(request.recordings, sessions))
    pairs = zip(sessions, media, strict=True)
    courses = tuple(dataclasses.replace(_attend(s, request), media=m) for s, m in pairs)
    label_s = [count_labels(course.labels, chosen=course.train) for course in courses]
    objections = _find_objections(courses, label_s, request)
    if not objections or request.anyway:
        fitted = _fit(courses, request)
        objections += fitted.doubts
    if objections and not request.anyway:
        raise refuse("; ".join(objections), teacher=request.teacher)
    profile = PersonProfile(
        participant=courses[0].person,
        adapter=request.adapter,
        teacher=request.teacher,
        shift=fitted.shift,
        networks=networks,
        origins=tuple(map(_origin, courses, label_s)),
        settings=dataclasses.asdict(request.settings) | fitted.recipe,
        objections=tuple(objections),
        evidence=_tell(fitted.evidence),
        moved=fitted.moved,
    )
    return profile, courses


def read_own_rows(profile: PersonProfile, courses: Sequence[Course]) -> tuple[Course, ...]:
    """Return the courses with the person's rows as a fine-tuned network of their own reads them.

    Raises
    ------
    MediaError : a recording is not as it was analysed.
    """
    if not profile.reads_pictures:
        return tuple(courses)
    return tuple(
        dataclasses.replace(course, own_rows=read_anew(course.sitting, profile.moved))
        for course in courses
    )


_NEEDS: dict[Teacher, tuple[str, str]] = {  # and what to do where it is not there
    "group": (
        "a profile needs a homogeneous group, and enough labels that say something new",
        "choose other sessions or a longer part, or add --anyway",
    ),
    "neutral": (
        "a profile learned from rest needs enough seconds of rest in which the face is seen",
        "name a longer stretch of rest, or add --anyway",
    ),
    "online": (
        "a profile needs enough labels that say something new",
        "choose other sessions or a longer part, or add --anyway",
    ),
}


def refuse(why: str, *, teacher: Teacher) -> InsufficientDataError:
    """Return the error of data that do not teach."""
    wanted, remedy = _NEEDS[teacher]
    return InsufficientDataError(sentence(wanted=wanted, got=why, remedy=remedy))


@dataclass(frozen=True, slots=True)
class _Fitted:
    """Corrections, the evidence for them, and what speaks against them.

    ``moved`` and ``recipe`` are of fine-tuning.
    """

    shift: dict[Model, Shift]
    evidence: dict[Model, Evidence] = dataclasses.field(default_factory=dict)
    doubts: list[str] = dataclasses.field(default_factory=list)
    moved: dict[str, Float16[np.ndarray, "*_"]] = dataclasses.field(default_factory=dict)
    recipe: dict[str, Any] = dataclasses.field(default_factory=dict)


def _fit(courses: Sequence[Course], request: Request) -> _Fitted:
    if request.teacher == "online":
        return _Fitted(_follow(courses, request.settings))
    settings, tested = request.settings, request.teacher == "group"
    if request.adapter == "fine-tune":
        tuned = tune_person([course.sitting for course in courses])
        proof: dict[Model, Evidence] = {"image": tuned.evidence}
        doubts = object_to_evidence(proof, n_errors=settings.evidence_errors)
        none: dict[Model, Shift] = dict.fromkeys(MODELS, NO_SHIFT)
        return _Fitted(none, proof, doubts, tuned.moved, tuned.recipe)
    lessons = [course.lesson for course in courses]
    taught = teach(lessons, adapter=request.adapter, settings=settings, tested=tested)
    found = {model: one.evidence for model, one in taught.items() if one.evidence is not None}
    shift = keep_proven(taught, n_errors=settings.evidence_errors)
    doubts = object_to_evidence(found, n_errors=settings.evidence_errors) if tested else []
    if doubts and request.anyway:
        shift = {model: one.shift for model, one in taught.items()}
    return _Fitted(shift, found, doubts)


def _tell(found: dict[Model, Evidence]) -> dict[str, dict[str, float]]:
    return {m: dataclasses.asdict(e) for m, e in found.items() if e.n_blocks >= MIN_BLOCKS}


def _follow(courses: Sequence[Course], settings: PersonalSettings) -> dict[Model, Shift]:
    read = [(course.read, mean_of_others(course.read, course.person)) for course in courses]
    place = [course.read.participants.index(course.person) for course in courses]
    own = {
        model: np.concatenate(
            [one.by_model(model)[:, k] for (one, _), k in zip(read, place, strict=True)]
        )
        for model in MODELS
    }
    others = {model: np.concatenate([mean[model] for _, mean in read]) for model in MODELS}
    train = np.concatenate([course.train for course in courses])
    return teach_online(own, others, train=train, settings=settings)


def _find_objections(
    courses: Sequence[Course], label_s: Sequence[dict[str, int]], request: Request
) -> list[str]:
    """Return what speaks against learning.

    Raises
    ------
    InsufficientDataError : nothing could be learned at all.
    """
    total = total_seconds(label_s)
    shown = [name for name, seconds in total.items() if seconds]
    if not shown and request.teacher == "neutral":
        raise refuse("no second of it shows one", teacher="neutral")
    if not shown:
        raise _nothing("no second of the training part has a label and a face of the person")
    if request.teacher == "neutral":
        least, n = request.settings.min_neutral_s, sum(total.values())
        few = f"only {n} s of rest in which a face is seen, of {least} needed"
        return [few] if n < least else []
    if request.teacher == "group" and len(shown) < 2:
        raise _nothing(f"only one emotion, {shown[0]}, in {total[shown[0]]} s of labels")
    said = object_to_labels(label_s, settings=request.settings)
    if request.teacher == "group":
        group = [
            why
            for course in courses
            for why in object_to_group(
                course.alike, significance=course.settings.group.significance
            )
        ]
        return [*dict.fromkeys(group), *said]
    return said


def _nothing(got: str) -> InsufficientDataError:
    return InsufficientDataError(
        sentence(
            wanted="a profile needs seconds with labels of two emotions or more",
            got=got,
            remedy="choose another session or a longer part",
        )
    )


def _attend(session: Session, request: Request) -> Course:
    """Return what a session can teach."""
    person = _find_person(session, request.participant)
    check_was_shared(session.record.profiles, person)
    read, rows = read_members(session, person, with_embeddings=request.adapter == "head")
    settings = session.record.settings
    end_s = float(session.facts["duration_s"])
    chosen = choose_stretches(
        end_s=end_s,
        fraction=request.fraction,
        stretches=request.neutral if request.teacher == "neutral" else request.stretches,
    )
    train, test = split_seconds(chosen, n_seconds=len(read), gap_s=filter_gap_s(settings))
    if request.teacher == "neutral":
        labels, alike = label_neutral(len(read), settings=request.settings), None
    else:
        if len(read.participants) < 2:
            raise _wrong("a group for this teacher", "a session of one person")
        labels = label_by_others(read, person, settings=settings, personal=request.settings)
        alike = None
        if request.teacher == "group":
            alike = judge_homogeneity(read, longest_run(train), settings=settings)
    seen = ~np.isnan(read.image[:, read.participants.index(person)]).any(axis=1)
    labels = dataclasses.replace(labels, weight=np.where(seen, labels.weight, 0.0))
    return Course(session, person, settings, read, rows, labels, train, test, chosen, alike)


def _find_person(session: Session, who: str) -> str:
    found = find_people(session, [who])
    if not found:
        message = sentence(
            wanted=f"`{who}` must be in the session",
            got=", ".join(facts.participant for facts in session.participants) or "nobody",
            remedy=f"take id or name from its report: {session.path}",
        )
        raise UsageError(message)
    return found[0].facts.participant


def _common_networks(sessions: Sequence[Session]) -> dict[str, str]:
    """Return the networks that read all sessions."""
    used = [recorded_networks(s.record.settings, s.record.model_hashes) for s in sessions]
    if any(len(each) < len(MODELS) for each in used):
        raise _wrong("learned from sessions that both models read", "one of another tool's table")
    if any(each != used[0] for each in used):
        raise _wrong("learned from sessions of the same networks", "sessions of different ones")
    return used[0]


def _origin(course: Course, label_s: dict[str, int]) -> Origin:
    nothing = float("nan")
    alike = course.alike
    return Origin(
        session_sha256=hashlib.sha256((course.session.path / RECORD_FILE).read_bytes()).hexdigest(),
        media_sha256=course.session.record.media.sha256,
        participant=course.person,
        train_s=course.stretches,
        gap_s=filter_gap_s(course.settings),
        label_s=label_s,
        homogeneity=nothing if alike is None else alike.effect,
        low=nothing if alike is None else alike.low,
        p=nothing if alike is None else alike.p,
    )


def _wrong(wanted: str, got: str) -> UsageError:
    message = sentence(
        wanted=f"a profile must be {wanted}", got=got, remedy="see groupaffect personalize --help"
    )
    return UsageError(message)
