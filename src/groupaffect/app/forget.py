"""``groupaffect forget``: remove people from sessions for good."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from groupaffect.app.failures import FAILED, one_line
from groupaffect.app.options import Debug, Json, Quiet
from groupaffect.app.stopping import raise_if_asked
from groupaffect.errors import GroupaffectError, UsageError, sentence

if TYPE_CHECKING:
    from groupaffect.forgetting import Forgotten
    from groupaffect.session.people import Person
    from groupaffect.session.traces import Traces

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
    yes: Annotated[
        bool, Option("--yes", help="Do not ask; needed where there is no terminal.")
    ] = False,
    quiet: Quiet = False,
    json: Json = None,
    debug: Debug = False,
) -> None:
    """Remove participants from every file of sessions, for good; the others stay."""
    from groupaffect.app.json_output import check_target, write_json
    from groupaffect.session.finding import find_sessions
    from groupaffect.session.words import fold_text

    check_target(json)
    _check_people(people)
    found = find_sessions(folders)
    plans = [_plan(path, people, folders) for path in found.sessions]
    plans += [_unread(path) for path in found.unread]
    if not quiet:
        for plan in plans:
            typer.echo(_plan_line(plan), err=True)
    if not yes and any(plan["participants"] for plan in plans):
        _ask()
    results = []
    for plan in plans:
        results.append(_forget(plan, people, debug=debug))
        raise_if_asked()
        _tell(results[-1], quiet=quiet)
    for link in found.links:
        results.append({"session": str(link), "participants": [], "error": None})
        results[-1]["not_searched"] = ["a link to a folder; give its target to `--in`"]
        _tell(results[-1], quiet=quiet)
    known = {fold_text(word) for plan in plans for word in plan["known"]}
    missing = [who for who in people if fold_text(who) not in known]
    all_known = all(plan["known"] or not plan["error"] for plan in plans)
    where = "the sessions" if all_known else "the sessions that could be read"
    for who in missing:
        typer.echo(f"groupaffect: `{who}` is in none of {where}.", err=True)
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


def _ask() -> None:
    """Ask before anything is removed for good.

    Raises
    ------
    UsageError : nobody can be asked.
    """
    from groupaffect.app.settings_choice import at_terminal

    if not at_terminal():
        message = sentence(
            wanted="forgetting cannot be undone and must be confirmed",
            got="no terminal to ask at",
            remedy="add `--yes`",
        )
        raise UsageError(message)
    typer.confirm("This cannot be undone. Go on?", abort=True, err=True)


def _plan(path: Path, people: list[str], folders: list[Path]) -> dict[str, Any]:
    """Return who and what will go from a session; ``known`` are all names of everybody in it."""
    from groupaffect.forgetting import list_deleted
    from groupaffect.profile_files import find_profiles, find_profiles_of_others
    from groupaffect.session import load_session
    from groupaffect.session.people import find_people, list_people

    plan: dict[str, Any] = {"session": path, "participants": [], "known": [], "error": None}
    try:
        session = load_session(path)
        plan["known"] = [word for person in list_people(session) for word in person.words]
        found = find_people(session, people)
        plan["deleted"] = list_deleted(session) if found else ()
        ids = [name for person in found for name in person.ids]
        media = session.record.media.sha256
        plan["profiles"] = find_profiles(folders, media_sha256=media, participants=ids)
        taught = find_profiles_of_others(folders, media_sha256=media, participants=ids)
        plan["taught"] = taught if found else ()
    except GroupaffectError as error:
        return plan | {"error": one_line(error)}
    return plan | {"participants": list(found)}


def _unread(path: Path) -> dict[str, Any]:
    """Return the plan for a folder of which nobody can tell what is in it."""
    error = sentence(
        wanted="every folder must be looked into",
        got="one that may not be listed, or that a run is writing",
        remedy="see to that and run it again",
    )
    return {"session": path, "participants": [], "known": [], "error": error}


def _plan_line(plan: dict[str, Any]) -> str:
    if plan["error"]:
        return f"{plan['session']}: will be left as it is"
    if not plan["participants"]:
        return f"{plan['session']}: not in this session"
    who = ", ".join(_label(person) for person in plan["participants"])
    names = [*plan["deleted"], *map(str, plan["profiles"])]
    whole = f"; deleted: {', '.join(names)}" if names else ""
    return f"{plan['session']}: {who} will go from every table, figure and the report{whole}"


def _label(person: Person) -> str:
    """Return how somebody is called, and how they were called before."""
    from groupaffect.report.labels import label_participant

    facts = person.facts
    before = [word for word in person.words if word not in (facts.participant, facts.name)]
    label = label_participant(facts.participant, facts.name)
    return f"{label}, called {', '.join(before)} before," if before else label


def _forget(plan: dict[str, Any], people: list[str], *, debug: bool) -> dict[str, Any]:
    """Return what became of one session; an error of one must not keep the others from it."""
    from groupaffect.forgetting import find_named, forget
    from groupaffect.session import load_session

    result = {"session": str(plan["session"]), "participants": [], "error": plan["error"]}
    if plan["error"]:
        return result
    try:
        if not plan["participants"]:
            return result | _searched(find_named(load_session(plan["session"]), people))
        done = result | _to_dict(forget(plan["session"], people))
        for profile in plan["profiles"]:
            profile.unlink(missing_ok=True)
            done["deleted"].append(str(profile))
        taught = (f"the profile {path}, learned from a group with them" for path in plan["taught"])
        done["not_reached"] += taught
        return done
    except GroupaffectError as error:
        return result | {"error": one_line(error)}
    except Exception as error:  # see above
        if debug:
            raise
        return result | {"error": one_line(error)}


def _to_dict(done: Forgotten) -> dict[str, Any]:
    around = [f"the name of the folder {name}" for name in done.traces.around]
    elsewhere = ["files outside the sessions", "copies elsewhere", "backups"]
    return _searched(done.traces) | {
        "participants": [facts.participant for facts in done.participants],
        "deleted": list(done.deleted),
        "not_reached": [f"the recording {done.media}", *around, *elsewhere],
    }


def _searched(traces: Traces) -> dict[str, Any]:
    return {
        "files_searched": traces.n_files,
        "found": len(traces.found),
        "found_in": list(traces.found),
        "own_text": list(traces.own_text),
        "not_searched": list(traces.unread),
        "error": _error_of(traces),
    }


def _error_of(traces: Traces) -> str | None:
    """Return what a search leaves to do, in one sentence."""
    if traces.found:
        return sentence(
            wanted="no file or folder of the session may name them any more",
            got=f"{len(traces.found)} that do",
            remedy=f"look at {', '.join(traces.found)}",
        )
    if traces.unread_results:
        return sentence(
            wanted="every file of the session itself must be searched",
            got=f"{len(traces.unread_results)} that could not be read",
            remedy=f"look at {', '.join(traces.unread_results)}",
        )
    return None


def _tell(result: dict[str, Any], *, quiet: bool) -> None:
    if result["error"]:
        typer.echo(f"groupaffect: {result['session']}: {result['error']}", err=True)
    elif result["participants"] and not quiet:
        typer.echo(
            f"{result['session']}: forgotten; found: {result['found']} in "
            f"{result['files_searched']} files; not reached: {', '.join(result['not_reached'])}",
            err=True,
        )
    if result.get("own_text") and not quiet:
        made = ", ".join(result["own_text"])
        has, its = ("has", "its") if len(result["own_text"]) == 1 else ("have", "their")
        typer.echo(f"{result['session']}: {made} {has} the word in {its} own text", err=True)
    # Also when quiet, and beside an error: nobody may take these for searched.
    if result.get("not_searched"):
        hidden = ", ".join(result["not_searched"])
        typer.echo(f"{result['session']}: could not look into {hidden}", err=True)
