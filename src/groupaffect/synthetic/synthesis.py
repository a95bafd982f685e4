"""From a script to a recording with its truth on disk: what ``groupaffect.synthesize`` does."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

from groupaffect import __version__
from groupaffect.errors import OutputError, SessionExistsError, sentence
from groupaffect.session.folder import output_errors
from groupaffect.session.folder_kind import FolderKind
from groupaffect.session.whole_folder import WholeFolder
from groupaffect.synthetic.crew import film_together
from groupaffect.synthetic.script import Script
from groupaffect.synthetic.script_reading import read_script
from groupaffect.synthetic.script_writing import script_to_toml
from groupaffect.synthetic.truth import (
    EVENTS_FILE,
    FACES_FILE,
    PARTICIPANTS_FILE,
    TRUTH_FILE,
    open_true_faces,
    write_truth,
)
from groupaffect.types import Hook, silent
from groupaffect.video_encoder import open_encoder

CRF = 27  # of x264: about what calls allow themselves, 1 Mbit/s at 960 x 540 (ours)
RECORDING_FILE = "recording.mp4"
SCRIPT_FILE = "script.toml"
RECORD_FILE = "synthetic.json"
SYNTHETIC = FolderKind(
    "synthetic recording",
    RECORD_FILE,
    frozenset(
        [
            *(RECORDING_FILE, SCRIPT_FILE, RECORD_FILE),
            *(TRUTH_FILE, EVENTS_FILE, PARTICIPANTS_FILE, FACES_FILE),
        ]
    ),
)


def synthesize(
    script: Script | str | Path,
    *,
    output: str | Path,
    force: bool = False,
    n_processes: int = 1,
    hook: Hook = silent,
) -> Path:
    """Render a script as a recording of people who do not exist, with what is true of it.

    Parameters
    ----------
    script : a script, or the TOML file that holds one.
    output : folder that gets ``recording.mp4``, the tables of truth and the script.
    force : replace a complete synthetic recording; other files in its folder stay.
    n_processes : that draw. More than one start Python anew, so a program that asks for them
        needs ``if __name__ == "__main__":``. The result is the same to the byte.
    hook : is told of progress, in seconds of media.

    Returns
    -------
    The folder's absolute path.

    Raises
    ------
    UsageError : the script breaks a rule; names line and key.
    SessionExistsError : the same recording is complete already and ``force`` is False.
    OutputError : the output cannot be written, or holds another recording.
    """
    chosen = script if isinstance(script, Script) else read_script(Path(script))
    try:
        with WholeFolder(Path(output), force=force, kind=SYNTHETIC) as place:
            with output_errors(place.output, what=SYNTHETIC.name):
                _fill(place.folder, chosen, n_processes=n_processes, hook=hook)
            return place.finish()
    except SessionExistsError:
        _check_same(Path(output), chosen)
        raise


def _fill(folder: Path, script: Script, *, n_processes: int, hook: Hook) -> None:
    write_truth(folder, script)
    (folder / SCRIPT_FILE).write_text(script_to_toml(script), encoding="utf-8", newline="\n")
    _write_frames(folder, script, n_processes=n_processes, hook=hook)
    record = {
        "title": script.title,
        "n_frames": script.n_frames,
        "participants": len(script.people),
        "groupaffect": __version__,
    }
    text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
    (folder / RECORD_FILE).write_text(text, encoding="utf-8", newline="\n")


def _write_frames(folder: Path, script: Script, *, n_processes: int, hook: Hook) -> None:
    """Write the video and the table of its faces, frame by frame."""
    rate_hz = Fraction(script.rate_hz).limit_denominator(1001)
    with (
        open_encoder(
            folder / RECORDING_FILE,
            width_px=script.width_px,
            height_px=script.height_px,
            rate_hz=rate_hz,
            comment=f"groupaffect: people who do not exist ({script.title})",
            crf=CRF,
            n_threads=1,
        ) as encoder,
        open_true_faces(folder / FACES_FILE, script) as faces,
    ):
        for frame, filmed in enumerate(film_together(script, n_processes=n_processes)):
            time_s = frame / script.rate_hz
            encoder.write(filmed.rgb, time_s=time_s)
            faces.write(filmed)
            hook("render", completed=time_s, total=script.duration_s)


def _check_same(output: Path, script: Script) -> None:
    """Check that a complete recording is of this script.

    Raises
    ------
    OutputError : it is of another.
    """
    path = output / SCRIPT_FILE
    if path.is_file() and path.read_text(encoding="utf-8") == script_to_toml(script):
        return
    message = sentence(
        wanted="the output must be free or hold the recording of this script",
        got="one of another script",
        remedy=f"choose another output, or add --force to replace it: {output}",
    )
    raise OutputError(message)
