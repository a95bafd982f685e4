"""The options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Quiet = Annotated[bool, typer.Option("--quiet", help="Show failures only.")]
Json = Annotated[
    str | None,
    typer.Option("--json", metavar="OUT", help="Write the results as JSON; - is standard output."),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an unforeseen error.")]
Participants = Annotated[
    Path | None,
    typer.Option(
        "--participants",
        metavar="NAMES.csv",
        help="Names: columns `name`, and `participant` (P2) or `tile` (2 or r1c2).",
    ),
]
Preset = Annotated[str | None, typer.Option("--preset", help="Settings: default or paper.")]
SettingsFile = Annotated[
    Path | None,
    typer.Option("--settings", metavar="FILE.toml", help="Settings that differ from the preset."),
]
Profile = Annotated[
    list[str] | None,
    typer.Option(
        "--profile",
        metavar="P1=FILE",
        help="Correct a participant's readings by what `personalize` wrote. Repeatable.",
    ),
]
BlurFaces = Annotated[
    bool,
    typer.Option(
        "--blur-faces",
        help="Hide every face that is found in the overlay. This or --no-pixels is needed once "
        "somebody was forgotten: the recording still shows them.",
    ),
]
NoPixels = Annotated[
    bool, typer.Option("--no-pixels", help="Draw the overlay on black: no picture of anybody.")
]
