"""Cut one person's faces out of the recording anew, where the session says that they were.

Nothing is kept: a session holds no picture, and neither does what is learned from these.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int, UInt8

from groupaffect.corrected_rows import leave_out
from groupaffect.errors import MediaError, UsageError, sentence
from groupaffect.faces.track import align_faces
from groupaffect.media import Media, open_media, read_frames
from groupaffect.reference_shape import IMAGE_FRAME
from groupaffect.session.reader import Session

AT_ONCE = 256  # faces that are handed on together


def open_recordings(paths: Sequence[str | Path], sessions: Sequence[Session]) -> tuple[Media, ...]:
    """Return the recording of each session, found by its hash.

    Raises
    ------
    UsageError : a session's recording is not among them, or one is of no session.
    MediaError : a recording cannot be read.
    """
    opened = [open_media(Path(path)) for path in paths]
    by_hash = {media.facts.sha256: media for media in opened}
    wanted = [session.record.media for session in sessions]
    strangers = [m.facts for m in opened if m.facts.sha256 not in {w.sha256 for w in wanted}]
    for facts in wanted:
        if facts.sha256 not in by_hash:
            got = "another" if strangers else "none"
            if any(stranger.name == facts.name for stranger in strangers):
                got = "one of that name with another content"
            raise _refuse(f"fine-tuning needs the session's recording {facts.name!r}", got)
    if strangers:
        raise _refuse("recordings must be of the sessions", strangers[0].name)
    return tuple(by_hash[facts.sha256] for facts in wanted)


def cut_person(
    session: Session, media: Media, participant: str, rows: Int[np.ndarray, " k"]
) -> UInt8[np.ndarray, "k 48 48"]:
    """Return crops of one person's faces as the image network sees them.

    Parameters
    ----------
    rows : (k,) places among the person's rows of the session, ascending; see
        ``member_rows.read_members``.

    Raises
    ------
    MediaError : the recording is not as it was analysed.
    """
    parts = [crops for _, crops in iterate_crops(session, media, participant, rows)]
    size = IMAGE_FRAME.size_px
    return np.concatenate(parts) if parts else np.zeros((0, size, size), np.uint8)


def iterate_crops(
    session: Session, media: Media, participant: str, rows: Int[np.ndarray, " k"]
) -> Iterator[tuple[Int[np.ndarray, " m"], UInt8[np.ndarray, "m 48 48"]]]:
    """Yield rows with their crops, in order, some at a time; see ``cut_person``."""
    frame, points = _read_places(session, participant)
    wanted = dict(zip(frame[rows].tolist(), rows.tolist(), strict=True))
    last = max(wanted, default=-1)
    held: list[tuple[int, np.ndarray]] = []
    part = session.record.settings.media
    for picture in read_frames(media, part, on_warning=lambda _: None) if wanted else ():
        row = wanted.pop(picture.index, None)
        if row is not None:
            held.append((row, align_faces(picture.grey, points[row : row + 1])[0]))
        if len(held) == AT_ONCE or (held and picture.index >= last):
            yield np.array([row for row, _ in held]), np.stack([crop for _, crop in held])
            held = []
        if picture.index >= last:
            break
    if wanted:
        message = sentence(
            wanted=f"fine-tuning needs {media.facts.name!r} as it was analysed",
            got=f"one in which {len(wanted)} of its frames cannot be read any more",
            remedy="analyse it again",
        )
        raise MediaError(message)


def _read_places(
    session: Session, participant: str
) -> tuple[Int[np.ndarray, " n"], Float[np.ndarray, "n 68 2"]]:
    """Return the frame and the points of each of the person's rows."""
    frame, points = [np.zeros(0, np.int64)], [np.zeros((0, 68, 2))]
    for reading in session.iterate_readings():
        stretch, _, _ = leave_out(reading, session.record.excluded)
        mine = stretch.faces.where(stretch.faces.participant == participant)
        frame.append(mine.frame_index)
        points.append(mine.landmark_xy_px)
    return np.concatenate(frame), np.concatenate(points)


def _refuse(wanted: str, got: str) -> UsageError:
    remedy = "give the file that was analysed, `--recording VIDEO`"
    return UsageError(sentence(wanted=wanted, got=got, remedy=remedy))
