"""``groupaffect overlay``: draw a session into its recording, later or anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from groupaffect.app.failures import FAILED, one_line
from groupaffect.app.options import BlurFaces, Debug, Json, NoPixels, Quiet
from groupaffect.errors import GroupaffectError, UsageError

if TYPE_CHECKING:
    from groupaffect.types import OverlayStyle


def command(
    session: Annotated[Path, typer.Argument(metavar="SESSION", help="Session folder.")],
    recording: Annotated[
        Path, typer.Argument(metavar="PATH", help="The recording that was analysed.")
    ],
    blur_faces: BlurFaces = False,
    no_pixels: NoPixels = False,
    quiet: Quiet = False,
    json: Json = None,
    _debug: Debug = False,
) -> None:
    """Draw a session into its recording: boxes, points, expressions and weights, as a video."""
    from groupaffect.app.json_output import check_target, write_json
    from groupaffect.app.overlay_choice import choose_style

    check_target(json)
    style = choose_style(blur_faces=blur_faces, no_pixels=no_pixels)
    result = _write(session, recording, style, quiet=quiet)
    if result["error"] is not None:
        typer.echo(f"groupaffect: {result['error']}", err=True)
    elif not quiet:
        typer.echo(f"{session}: overlay made; open {result['overlay']}", err=True)
    write_json([result], json)
    if result["error"] is not None:
        raise typer.Exit(FAILED)


def _write(
    session: Path, recording: Path, style: OverlayStyle, *, quiet: bool
) -> dict[str, str | None]:
    from groupaffect.app.progress import open_display
    from groupaffect.overlay import write_overlay

    with open_display(quiet=quiet) as display:
        display.start(0, recording.name)

        def hook(step: str, *, completed: float, total: float | None) -> None:
            display.advance(0, step, completed=completed, total=total)

        try:
            overlay = write_overlay(session, recording, style=style, hook=hook)
        except UsageError:
            raise
        except GroupaffectError as error:
            return {"session": str(session), "overlay": None, "error": one_line(error)}
    return {"session": str(session), "overlay": str(overlay), "error": None}
