"""``groupaffect personalize``: learn how one person's face differs, from stored sessions."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from groupaffect.app.options import Debug, Json, Quiet
from groupaffect.errors import UsageError, sentence

if TYPE_CHECKING:
    from groupaffect.person_profile import PersonProfile
    from groupaffect.personalization import Course, Request

Option = typer.Option
Word = TypeVar("Word", bound=str)


def command(  # noqa: PLR0913 (each is an option of the command line)
    sessions: Annotated[
        list[Path], typer.Argument(metavar="SESSION", help="Sessions in which the person sits.")
    ],
    participant: Annotated[str, Option(metavar="P", help="Id or name, found in each session.")],
    output: Annotated[Path, Option(metavar="PROFILE", help="File for the profile; a new one.")],
    adapter: Annotated[
        str,
        Option(
            help="offset: a number for each emotion; head: the models' last layer as well; "
            "fine-tune: the image network's last block, with --recording and the extra `train`."
        ),
    ] = "offset",
    teacher: Annotated[
        str,
        Option(
            help="group: what the others show at the time; neutral: stretches of rest; online: "
            "what the others show over minutes."
        ),
    ] = "group",
    neutral: Annotated[
        list[str] | None,
        Option(metavar="10-40", help="Seconds in which the person rests. Repeatable."),
    ] = None,
    fraction: Annotated[
        float | None,
        Option(help="Part of each session to learn from; without, the first half."),
    ] = None,
    train: Annotated[
        list[str] | None,
        Option(metavar="0-600", help="Seconds to learn from instead. Repeatable."),
    ] = None,
    recording: Annotated[
        list[Path] | None,
        Option(metavar="VIDEO", help="What a session was made of, to fine-tune. Repeatable."),
    ] = None,
    truth: Annotated[
        list[Path] | None,
        Option(metavar="CSV", help="Truth of each session, a table each: how well it is read."),
    ] = None,
    figure: Annotated[
        Path | None, Option(metavar="DIR", help="New folder: the course without and with it.")
    ] = None,
    anyway: Annotated[
        bool, Option("--anyway", help="Learn though something speaks against it; it is noted.")
    ] = False,
    quiet: Quiet = False,
    json: Json = None,
    _debug: Debug = False,
) -> None:
    """Learn one person from the others, or from rest: a profile for `analyze --profile`."""
    from groupaffect.app.json_output import check_target, write_json
    from groupaffect.evaluation.personal.courses import examine_profile
    from groupaffect.person_profile import ADAPTERS, TEACHERS
    from groupaffect.personal.training_part import check_stretches
    from groupaffect.personalization import Request, open_sessions, read_own_rows, teach_person
    from groupaffect.profile_files import write_profile
    from groupaffect.session.new_output import check_free

    check_target(json)
    check_free(output, what="profile")
    if figure is not None:
        check_free(figure, what="folder of figures")
    started_s = time.perf_counter()
    request = Request(
        participant,
        _one_of(adapter, ADAPTERS, option="--adapter"),
        _one_of(teacher, TEACHERS, option="--teacher"),
        fraction=fraction,
        stretches=check_stretches(train or (), option="--train"),
        neutral=check_stretches(neutral or (), option="--neutral"),
        anyway=anyway,
        recordings=tuple(recording or ()),
    )
    profile, courses = teach_person(open_sessions(sessions), request)
    found: dict[str, Any] = {}
    if json is not None or truth or figure is not None:
        courses = read_own_rows(profile, courses)
    if json is not None or truth:
        found = examine_profile(profile, courses, settings=request.settings, truth=truth or ())
    # Before the profile, which may lie among the figures.
    drawn = _draw(profile, courses, figure, request) if figure is not None else []
    write_profile(profile, output)
    wall_s = time.perf_counter() - started_s
    if not quiet:
        for line in (*_lines(profile, output, wall_s=wall_s), *_figure_lines(found)):
            typer.echo(line, err=True)
        for path in drawn:
            typer.echo(f"figure: {path}", err=True)
    write_json(_to_dict(profile, output, found, wall_s=wall_s), json)


def _one_of(word: str, known: tuple[Word, ...], *, option: str) -> Word:
    for each in known:
        if word == each:
            return each
    message = sentence(
        wanted=f"`{option}` must be one of {', '.join(known)}",
        got=repr(word),
        remedy="choose one of these",
    )
    raise UsageError(message)


def _draw(
    profile: PersonProfile, courses: tuple[Course, ...], folder: Path, request: Request
) -> list[Path]:
    """Draw the first session: the paper's Fig. 9."""
    from groupaffect.evaluation.personal.courses import make_exams
    from groupaffect.evaluation.personal.sources import read_person
    from groupaffect.report.labels import label_participant
    from groupaffect.report.personal_figure import draw_personal
    from groupaffect.report.publishing import CaptionedFigure, write_new_figures

    exam = make_exams(courses[:1], settings=request.settings)[0]
    read = read_person(exam, {"personal": profile.shift})
    names = {f.participant: f.name for f in courses[0].session.participants}
    drawing = draw_personal(
        read["adaptive"],
        read["personal"],
        exam.labels.probability,
        train=exam.train,
        participant=exam.person,
        label=label_participant(exam.person, names[exam.person]),
        are_labels=profile.teacher != "neutral",
    )
    caption = (
        f"Expressions of {exam.person} by second ({len(exam.train)} s, {int(exam.train.sum())} s "
        f"of them learned from): adaptive fusion of the shared models, the same with a personal "
        f"{profile.adapter}, and the others' mean, re-fused without {exam.person}. One person in "
        "one session; no interval."
    )
    return write_new_figures([CaptionedFigure(drawing, caption)], folder)


def _stretches(profile: PersonProfile) -> str:
    """Return when was learned from, as far as the recordings go."""
    parts = [
        ", ".join(f"{first:g}-{last:g} s" for first, last in origin.train_s)
        for origin in profile.origins
    ]
    return "; ".join(parts)


def _lines(profile: PersonProfile, output: Path, *, wall_s: float) -> list[str]:
    from groupaffect.personal.objections import total_seconds

    counts = total_seconds([origin.label_s for origin in profile.origins])
    shown = ", ".join(f"{name} {seconds} s" for name, seconds in counts.items() if seconds)
    evidence = [
        f"  {model} model: {100 * found['gain']:+.1f} +- {100 * found['error']:.1f} points of "
        "agreement with the labels on seconds held out"
        for model, found in profile.evidence.items()
    ]
    applies_to = "analyze VIDEO" if profile.reads_pictures else "reanalyze SESSION"
    return [
        f"{output}: {profile.adapter} of {profile.participant}, learned in {wall_s:.1f} s from "
        f"{profile.teacher} ({shown}; of {_stretches(profile)})",
        *evidence,
        *(f"  warning: learned anyway, though {why}" for why in profile.objections),
        f"  apply it with `groupaffect {applies_to} --profile {profile.participant}={output}`",
    ]


def _figure_lines(found: dict[str, Any]) -> list[str]:
    """Return the sources' figures on the held-out seconds in a line each."""
    if not found:
        return []
    has_truth = found["n_seconds_of_truth"] > 0
    names = ("macro_f1", "ccc", "pearson") if has_truth else ("group_same", "group_ccc")
    against = "the truth" if has_truth else "the others (agreement, not truth)"
    head = f"  {found['n_seconds']} s held out, against {against}: {', '.join(names)}"
    rows = [
        f"    {source:12s} " + "  ".join(f"{figures[name]['value']:6.3f}" for name in names)
        for source, figures in found["sources"].items()
    ]
    return [head, *rows]


def _to_dict(
    profile: PersonProfile, output: Path, found: dict[str, Any], *, wall_s: float
) -> dict[str, Any]:
    from groupaffect.profile_notation import profile_to_dict

    about = {
        k: v for k, v in profile_to_dict(profile).items() if k not in ("shift", "moved", "format")
    }
    return {"profile": str(output), "wall_seconds": wall_s, "about": about, "held_out": found}
