"""Read the facial expressions of every person in a small conversing group, from a recording.

>>> import groupaffect
>>> groupaffect.EMOTIONS
('angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral')
>>> groupaffect.preset("paper").fusion.window_s
10

The rest of the tour needs a recording::

    session = groupaffect.analyze("meeting.mp4", output="sessions/meeting")
    session = groupaffect.load_session("sessions/meeting")    # later, without the recording
    session = groupaffect.reanalyze("sessions/meeting", merge="P2,P5", exclude="30-45")
    groupaffect.personalize("sessions/meeting", participant="P1", output="p1.json")
    session = groupaffect.reanalyze("sessions/meeting", profiles={"P1": "p1.json"})
    groupaffect.write_overlay(session, "meeting.mp4", style="blurred")
    for second in groupaffect.analyze_seconds("meeting.mp4"): # as it goes, nothing kept
        ...
    groupaffect.synthesize("script.toml", output="made")      # people who do not exist

It says what a face shows, not what a person feels. Nothing is sent anywhere.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from groupaffect.errors import (
        ForeignTableError,
        GroupaffectError,
        InsufficientDataError,
        LabelledSetError,
        MediaError,
        NoPictureError,
        OutputError,
        ProfileError,
        RatingsError,
        SessionError,
        SessionExistsError,
        StudyError,
        UnreadableMediaError,
        UnreadableSessionError,
        UsageError,
    )
    from groupaffect.overlay import write_overlay
    from groupaffect.personalization import personalize
    from groupaffect.reanalysis import reanalyze, undo_reanalysis
    from groupaffect.recording import analyze, analyze_seconds
    from groupaffect.session.reader import Session, load_session
    from groupaffect.settings import Settings, preset, settings_from_toml
    from groupaffect.synthetic.synthesis import synthesize
    from groupaffect.types import EMOTIONS

__version__ = "0.1.0"

__all__ = [
    "EMOTIONS",
    "ForeignTableError",
    "GroupaffectError",
    "InsufficientDataError",
    "LabelledSetError",
    "MediaError",
    "NoPictureError",
    "OutputError",
    "ProfileError",
    "RatingsError",
    "Session",
    "SessionError",
    "SessionExistsError",
    "Settings",
    "StudyError",
    "UnreadableMediaError",
    "UnreadableSessionError",
    "UsageError",
    "analyze",
    "analyze_seconds",
    "load_session",
    "personalize",
    "preset",
    "reanalyze",
    "settings_from_toml",
    "synthesize",
    "undo_reanalysis",
    "write_overlay",
]

_HOMES = {
    "EMOTIONS": "types",
    "Session": "session.reader",
    "Settings": "settings",
    "analyze": "recording",
    "analyze_seconds": "recording",
    "load_session": "session.reader",
    "personalize": "personalization",
    "preset": "settings",
    "reanalyze": "reanalysis",
    "settings_from_toml": "settings",
    "synthesize": "synthetic.synthesis",
    "undo_reanalysis": "reanalysis",
    "write_overlay": "overlay",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for, so that importing costs nothing."""
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value: object = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'errors')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted([*__all__, "__version__"])
