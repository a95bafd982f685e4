"""What profiles learned in one rendered recording change in a later one of the same people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from jaxtyping import Float

from groupaffect import pipeline
from groupaffect.errors import InsufficientDataError, sentence
from groupaffect.evaluation.personal.agreement_figures import compare_with_truth
from groupaffect.evaluation.personal.rendered_casts import BIASED, REST_S, RenderedCast
from groupaffect.evaluation.personal.sources import Exam, teach_wrongly
from groupaffect.evaluation.personal.trials import gain_of
from groupaffect.fusion.mix import fuse
from groupaffect.group_lessons import correct_member, fuse_read, label_by_others
from groupaffect.inference import network_file_hashes
from groupaffect.media import open_media
from groupaffect.member_rows import read_members
from groupaffect.person_profile import AdapterKind, Shift, Teacher
from groupaffect.personal.teaching import NO_SHIFT
from groupaffect.personalization import Course, Request, teach_person
from groupaffect.session import Session, SessionWriter, load_session
from groupaffect.session.record import SessionRecord
from groupaffect.settings import PersonalSettings, preset
from groupaffect.synthetic.places import place_people
from groupaffect.synthetic.script import Script
from groupaffect.synthetic.showing import true_seconds
from groupaffect.synthetic.synthesis import RECORDING_FILE, synthesize
from groupaffect.types import MODELS, Model

WAYS: dict[str, tuple[AdapterKind, Teacher]] = {
    "offset": ("offset", "group"),
    "head": ("head", "group"),
    "neutral stretch": ("offset", "neutral"),
    "online": ("offset", "online"),
}
WRONG_SHARE = 0.5  # of the training part, by which a wrong group's labels are moved
Figures = dict[str, float]
NOTHING: Mapping[Model, Shift] = dict.fromkeys(MODELS, NO_SHIFT)


@dataclass(frozen=True, slots=True)
class WayTried:
    """What one way of learning changed for one person in the later recording.

    Attributes
    ----------
    refused : whether the tool objected.
    decided, anyway, adaptive : gains over the shared models by figure: as the tool decides, with
        --anyway (both by the even mixture), and as it decides by adaptive fusion.
    wrong : gain of a profile from the wrong times' labels; empty for other teachers.
    """

    refused: bool
    decided: Figures
    anyway: Figures
    adaptive: Figures
    wrong: Figures = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PersonTried:
    """One rendered person: figures of the later recording before and after.

    Attributes
    ----------
    place : in the script. before, before_adaptive : by the even mixture and by adaptive fusion.
    """

    cast: int
    place: int
    biased: bool
    before: Figures
    before_adaptive: Figures
    ways: Mapping[str, WayTried]


def try_cast(cast: RenderedCast, number: int, *, folder: Path) -> list[PersonTried]:
    """Render, analyse, learn and apply; return what it changed for each of the people.

    Parameters
    ----------
    folder : an empty one, for recordings and sessions.
    """
    learn, later = play(cast.learn, folder / "learn"), play(cast.later, folder / "later")
    learn_ids, later_ids = find_members(learn, cast.learn), find_members(later, cast.later)
    tried = []
    for place, (learn_id, later_id) in enumerate(zip(learn_ids, later_ids, strict=True)):
        truth = true_seconds(cast.later, cast.later.people[place]).emotion
        exam = _later_exam(later, later_id, truth)
        before = _fixed_figures(exam, NOTHING), _adaptive_figures(exam, NOTHING)
        ways = {name: _try(learn, learn_id, exam, *before, *way) for name, way in WAYS.items()}
        tried.append(PersonTried(number, place, place == BIASED, *before, ways))
    return tried


def play(script: Script, folder: Path) -> Session:
    """Render a script and analyse it; return the session, without a report."""
    made = synthesize(script, output=folder / "made")
    settings, media = preset("default"), open_media(made / RECORDING_FILE)
    hashes = network_file_hashes()
    with SessionWriter(folder / "session") as writer:
        analysis = pipeline.analyse(
            media, settings, keep=writer.write_stretch, keep_embeddings=True
        )
        writer.finish(analysis, SessionRecord(media.facts, settings, model_hashes=hashes))
    return load_session(folder / "session")


def find_members(session: Session, script: Script) -> tuple[str, ...]:
    """Return the id in the session of each person of the script, by the tile they sit in.

    Raises
    ------
    InsufficientDataError : somebody was not found, or two people were in one tile.
    """
    tiles = [(facts.tile_row, facts.tile_column) for facts in session.participants]
    wanted = [(place.row, place.column) for place in place_people(script)]
    if sorted(map(str, tiles)) != sorted(map(str, wanted)):
        message = sentence(
            wanted="each tile of a rendered recording must have one participant",
            got=f"participants in {tiles}",
            remedy="look at the recording",
        )
        raise InsufficientDataError(message)
    return tuple(session.participants[tiles.index(tile)].participant for tile in wanted)


def _later_exam(later: Session, who: str, truth: np.ndarray) -> Exam:
    settings = later.record.settings
    read, rows = read_members(later, who, with_embeddings=True)
    labels = label_by_others(read, who, settings=settings, personal=PersonalSettings())
    everything = np.ones(len(read), dtype=bool)
    known = np.full(len(read), -1, dtype=np.int64)
    known[: len(truth)] = truth[: len(known)]
    return Exam(read, who, rows, labels, ~everything, everything, settings, known)


def _try(
    learn: Session,
    who: str,
    exam: Exam,
    before: Figures,
    before_adaptive: Figures,
    adapter: AdapterKind,
    teacher: Teacher,
) -> WayTried:
    rest = ((1.0, float(REST_S)),) if teacher == "neutral" else ()
    share = None if rest else 1.0
    request = Request(who, adapter, teacher, fraction=share, neutral=rest, anyway=True)
    zero = dict.fromkeys(before, 0.0)
    try:
        profile, (course,) = teach_person([learn], request)
    except InsufficientDataError:
        return WayTried(True, zero, zero, zero)
    refused = bool(profile.objections)
    anyway = gain_of(_fixed_figures(exam, profile.shift), before)
    adaptive = zero
    if not refused:
        adaptive = gain_of(_adaptive_figures(exam, profile.shift), before_adaptive)
    wrong: Figures = {}
    if teacher == "group":
        moved = teach_wrongly(
            [_learn_exam(course)], adapter=adapter, settings=request.settings, share=WRONG_SHARE
        )
        wrong = gain_of(_fixed_figures(exam, moved), before)
    return WayTried(refused, zero if refused else anyway, anyway, adaptive, wrong)


def _learn_exam(course: Course) -> Exam:
    unknown = np.full(len(course.read), -1, dtype=np.int64)
    return Exam(
        *(course.read, course.person, course.rows, course.labels),
        *(course.train, course.test, course.settings, unknown),
    )


def _fixed_figures(exam: Exam, shift: Mapping[Model, Shift]) -> Figures:
    """Return the figures of the even mixture with a profile applied."""
    read = correct_member(exam.read, exam.person, exam.rows, shift)
    return _figures(exam, fuse(read.image[:, exam.place], read.landmark[:, exam.place], 0.5))


def _adaptive_figures(exam: Exam, shift: Mapping[Model, Shift]) -> Figures:
    """Return the figures of adaptive fusion with a profile applied."""
    read = correct_member(exam.read, exam.person, exam.rows, shift)
    return _figures(exam, fuse_read(read, exam.settings)[:, exam.place])


def _figures(exam: Exam, probability: Float[np.ndarray, "t 7"]) -> Figures:
    known = exam.test & (exam.truth >= 0)
    return compare_with_truth(probability[known], exam.truth[known])
