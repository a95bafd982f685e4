"""``groupaffect forget``: remove people from sessions for good."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from groupaffect.app.failures import FAILED, one_line
from groupaffect.app.options import Debug, Json, Quiet
from groupaffect.errors import GroupaffectError, UsageError, sentence

if TYPE_CHECKING:
    from groupaffect.forgetting import Forgotten

Option = typer.Option


def command(
    people: Annotated[
        list[str],
        typer.Argument(metavar="P", help="Ids (each session's own) or names of participants."),
    ],
    folders: Annotated[
        list[Path],
        Option("--in", metavar="DIR", help="Session, or folder of sessions. Repeatable."),
    ],
    yes: Annotated[bool, Option("--yes", help="Do not ask at the terminal.")] = False,
    quiet: Quiet = False,
    json: Json = None,
    debug: Debug = False,
) -> None:
    """Remove participants from every file of sessions, for good; the others stay."""
    from groupaffect.app.json_output import check_target, write_json
    from groupaffect.app.settings_choice import at_terminal
    from groupaffect.session.finding import find_sessions

    check_target(json)
    _check_people(people)
    sessions = find_sessions(folders)
    plans = [_plan(path, people) for path in sessions]
    if not quiet:
        for plan in plans:
            typer.echo(_plan_line(plan), err=True)
    if at_terminal() and not yes and any(plan["participants"] for plan in plans):
        typer.confirm("This cannot be undone. Go on?", abort=True, err=True)
    results = [_forget(plan, people, debug=debug) for plan in plans]
    for result in results:
        _tell(result, quiet=quiet)
    missing = [who for who in people if not any(who.casefold() in p["known"] for p in plans)]
    for who in missing:
        typer.echo(f"groupaffect: `{who}` is in none of the sessions.", err=True)
    write_json(results, json)
    if missing or any(result["error"] for result in results):
        raise typer.Exit(FAILED)


def _check_people(people: list[str]) -> None:
    for word in people:
        if not word.strip() or Path(word).is_dir():
            message = sentence(
                wanted="each participant must be an id or a name",
                got=f"the folder `{word}`" if word.strip() else "an empty word",
                remedy="put `--in` before each folder",
            )
            raise UsageError(message)


def _plan(path: Path, people: list[str]) -> dict[str, Any]:
    """Return who and what will go from a session."""
    from groupaffect.forgetting import find_people, list_deleted
    from groupaffect.session import load_session

    plan: dict[str, Any] = {"session": path, "participants": [], "known": set(), "error": None}
    try:
        session = load_session(path)
        found = find_people(session, people)
        plan["deleted"] = list_deleted(session, found) if found else ()
    except GroupaffectError as error:
        return plan | {"error": one_line(error)}
    known = {word.casefold() for f in found for word in (f.participant, f.name)}
    return plan | {"participants": list(found), "known": known}


def _plan_line(plan: dict[str, Any]) -> str:
    from groupaffect.report.labels import label_participant

    if plan["error"]:
        return f"{plan['session']}: cannot be read"
    if not plan["participants"]:
        return f"{plan['session']}: not in this session"
    who = ", ".join(label_participant(f.participant, f.name) for f in plan["participants"])
    whole = f"; deleted: {', '.join(plan['deleted'])}" if plan["deleted"] else ""
    return f"{plan['session']}: {who} will go from every table, figure and the report{whole}"


def _forget(plan: dict[str, Any], people: list[str], *, debug: bool) -> dict[str, Any]:
    """Return what became of one session; an error of one must not keep the others from it."""
    from groupaffect.forgetting import forget

    result = {"session": str(plan["session"]), "participants": [], "error": plan["error"]}
    if plan["error"] or not plan["participants"]:
        return result
    try:
        return result | _to_dict(forget(plan["session"], people))
    except GroupaffectError as error:
        return result | {"error": one_line(error)}
    except Exception as error:  # see above
        if debug:
            raise
        return result | {"error": one_line(error)}


def _to_dict(done: Forgotten) -> dict[str, Any]:
    error = None
    if done.traces.found:
        error = sentence(
            wanted="no file of the session may name them any more",
            got=f"{len(done.traces.found)} that do",
            remedy=f"look at {', '.join(done.traces.found)}",
        )
    return {
        "participants": [facts.participant for facts in done.participants],
        "deleted": list(done.deleted),
        "files_searched": done.traces.n_files,
        "found": len(done.traces.found),
        "found_in": list(done.traces.found),
        "not_searched": list(done.traces.unread),
        "not_reached": [f"the recording {done.media}", "copies elsewhere", "backups"],
        "error": error,
    }


def _tell(result: dict[str, Any], *, quiet: bool) -> None:
    if result["error"]:
        typer.echo(f"groupaffect: {result['session']}: {result['error']}", err=True)
    elif result["participants"] and not quiet:
        hidden = result["not_searched"]
        unread = f"; could not look into {', '.join(hidden)}" if hidden else ""
        typer.echo(
            f"{result['session']}: forgotten; found: {result['found']} in "
            f"{result['files_searched']} files{unread}; not reached: "
            f"{', '.join(result['not_reached'])}",
            err=True,
        )
