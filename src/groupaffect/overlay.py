"""From a session and its recording to ``overlay.mp4``: the recording with what was found drawn in.

Every analysed frame is there once, at its own time in the recording; there is no sound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import get_args

import numpy as np
from jaxtyping import UInt8

from groupaffect.errors import MediaError, UsageError, sentence
from groupaffect.face_regions import find_regions
from groupaffect.media import Media, frames_ahead, open_media, read_frames
from groupaffect.report import write_report
from groupaffect.report.overlay.blur import hide_regions
from groupaffect.report.overlay.captions import read_captions
from groupaffect.report.overlay.mark import make_mark, read_mark
from groupaffect.report.overlay.picture import LabelPlaces, draw_frame
from groupaffect.report.overlay.shown_faces import FrameFaces
from groupaffect.session import Session, load_session
from groupaffect.session.columns import OVERLAY_FILE
from groupaffect.session.folder import (
    clean_abandoned,
    open_work_folder,
    output_errors,
)
from groupaffect.session.lock import changing_session
from groupaffect.types import Frame, Hook, OverlayStyle, silent
from groupaffect.video_encoder import open_encoder

DEFAULT_RATE_HZ = Fraction(25)  # told to players where the recording states none (ours)

Pixels = UInt8[np.ndarray, "h w 3"]


def write_overlay(
    session: Session | str | Path,
    recording: str | Path,
    *,
    style: OverlayStyle = "plain",
    hook: Hook = silent,
) -> Path:
    """Draw a session into its recording, write ``overlay.mp4`` into its folder, return where.

    Parameters
    ----------
    session : a session or its folder.
    recording : the one that was analysed.
    style : "plain" shows the recording's pictures; "blurred" hides every face that is found,
        also of people who are no participants; "no-pixels" draws on black. Where somebody was
        forgotten, "plain" is refused: the recording still shows them.
    hook : is told of progress, in seconds of media.

    Raises
    ------
    UsageError : there is no such style, or it would show somebody who was forgotten.
    SessionError : there is no session, it is damaged, or the overlay cannot be written.
    MediaError : the recording cannot be read, or is not the one that was analysed.
    """
    check_style(style)
    opened = session if isinstance(session, Session) else load_session(session)
    return make_overlay(opened, open_media(Path(recording)), style=style, hook=hook)


def make_overlay(session: Session, media: Media, *, style: OverlayStyle, hook: Hook) -> Path:
    """Write the overlay of an opened recording, and the report with its link; see above.

    The session is read once more when nobody else can change it.
    """
    target = session.path / OVERLAY_FILE
    with output_errors(target, what="overlay"), changing_session(session.path) as check_same:
        session = load_session(session.path)
        _check_recording(session, media)
        _check_shows_nobody_forgotten(session, style)
        clean_abandoned(target)
        with open_work_folder(target) as work:
            _write_video(work / OVERLAY_FILE, session, media, style=style, hook=hook)
            (work / OVERLAY_FILE).replace(target)
        check_same()
        then = "make it with `groupaffect report`, the overlay is whole"
        with output_errors(session.path, what="report with the overlay's link", then=then):
            write_report(session)
    return target


def has_overlay(session: Session, style: OverlayStyle) -> bool:
    """Tell whether the session's folder holds an overlay of this style that shows its tables."""
    return read_mark(session.path / OVERLAY_FILE) == make_mark(session, style)


def check_style(style: str | None) -> None:
    """Check that an overlay can be drawn so; None stands for no overlay.

    Raises
    ------
    UsageError : there is no such style.
    """
    styles = get_args(OverlayStyle)
    if style is not None and style not in styles:
        wanted = f"the overlay must be one of {', '.join(styles)}"
        raise UsageError(sentence(wanted=wanted, got=repr(style), remedy="choose one of these"))


def _write_video(
    path: Path, session: Session, media: Media, *, style: OverlayStyle, hook: Hook
) -> None:
    background = _choose_background(session, media, style=style, hook=hook)
    captions, shown = read_captions(session), FrameFaces(session)
    end_s, facts, labels = session.record.analysed_end_s, media.facts, LabelPlaces()
    n_frames = 0
    with open_encoder(
        path,
        width_px=facts.width_px,
        height_px=facts.height_px,
        rate_hz=facts.rate_hz or DEFAULT_RATE_HZ,
        comment=make_mark(session, style),
    ) as encoder:
        for frame in _read(session, media):
            picture, labels = draw_frame(
                background(frame),
                shown.at(frame.index),
                captions,
                time_s=frame.time_s,
                before=labels,
            )
            encoder.write(picture, time_s=frame.time_s)
            n_frames += 1
            hook("overlay", completed=frame.time_s, total=end_s)
        _check_whole(session, media, n_frames=n_frames)


def _choose_background(
    session: Session, media: Media, *, style: OverlayStyle, hook: Hook
) -> Callable[[Frame], Pixels]:
    """Return what makes the picture that is drawn on."""
    if style == "no-pixels":
        black = np.zeros((media.facts.height_px, media.facts.width_px, 3), dtype=np.uint8)
        return lambda _: black
    if style == "plain":
        return Frame.rgb
    regions = find_regions(_read(session, media), session, hook=hook)

    def hide(frame: Frame) -> Pixels:
        if frame.index not in regions:  # nothing is shown that was not searched for faces
            raise _changed(media, got="other frames than a moment ago")
        return hide_regions(frame.rgb(), regions[frame.index])

    return hide


def _read(session: Session, media: Media) -> Iterator[Frame]:
    """Yield the analysed frames; what is wrong with them the session's warnings say already."""
    part = session.record.settings.media
    frames = read_frames(media, part, on_warning=lambda _: None)
    return frames_ahead(frames, max_bytes=part.queue_mb * 2**20)


def _check_recording(session: Session, media: Media) -> None:
    known, found = session.record.media.sha256, media.facts.sha256
    if known != found:
        raise _changed(media, got=f"one with sha256 {found[:12]} instead of {known[:12]}")


def _check_shows_nobody_forgotten(session: Session, style: OverlayStyle) -> None:
    n_forgotten, name = session.record.n_forgotten, session.record.media.name
    if n_forgotten and style == "plain":
        people = "1 person was" if n_forgotten == 1 else f"{n_forgotten} people were"
        message = sentence(
            wanted=f"a plain overlay of {name!r} needs a session in which nobody was forgotten",
            got=f"one in which {people}, and the recording still shows them",
            remedy='hide every face (`--blur-faces`, style "blurred") or the whole picture '
            '(`--no-pixels`, style "no-pixels")',
        )
        raise UsageError(message)


def _check_whole(session: Session, media: Media, *, n_frames: int) -> None:
    wanted = session.facts["n_frames"]
    if n_frames != wanted:
        raise _changed(media, got=f"{n_frames} frames instead of {wanted}")


def _changed(media: Media, *, got: str) -> MediaError:
    return MediaError(
        sentence(
            wanted=f"the overlay needs {media.facts.name!r} as it was analysed",
            got=got,
            remedy=f"choose the session's own recording, or analyse this one: {media.path}",
        )
    )
