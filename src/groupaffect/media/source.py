"""Which reader a path needs; the frames of a recording in order of time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

from groupaffect.errors import NoPictureError, sentence
from groupaffect.media.container import not_permitted, unreadable
from groupaffect.media.description import Media
from groupaffect.media.file import open_file, read_file_frames
from groupaffect.media.folder import DEFAULT_IMAGES_HZ, open_folder, read_folder_frames
from groupaffect.settings import MediaSettings
from groupaffect.types import Frame


def open_media(path: Path, *, images_hz: Fraction = DEFAULT_IMAGES_HZ) -> Media:
    """Describe a recording: a video file, or a folder of images.

    Parameters
    ----------
    path : any file that PyAV decodes (mp4 mov avi wmv flv mkv webm ...), or a folder of png,
        jpg, jpeg, bmp, webp, tif, tiff, which are taken in natural order (9 before 10).
    images_hz : images a second of a folder.

    Raises
    ------
    UnreadableMediaError : it is not there, may not be read, is empty or is no video.
    NoPictureError : it holds sound only, or the folder no image.
    """
    try:
        if not _is_utf8(path):
            raise unreadable(path, got="a name that is no UTF-8")
        if path.is_dir():
            return open_folder(path, images_hz=images_hz)
        if not path.exists():
            raise unreadable(path, got="a path where nothing is", remedy="check the path")
        if not path.is_file():
            raise unreadable(path, got="something that is no file")
        if path.stat().st_size == 0:
            raise unreadable(path, got="an empty file")
        return open_file(path)
    except PermissionError as error:
        raise not_permitted(path) from error


def _is_utf8(path: Path) -> bool:
    """Return whether a path can be written as text: old archives hold names that cannot."""
    try:
        str(path.absolute()).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def read_frames(
    media: Media, settings: MediaSettings, *, on_warning: Callable[[str], None]
) -> Iterator[Frame]:
    """Yield the frames of the analysed part in order of time.

    ``Frame.time_s`` is the picture's presentation time (pts times time base, exact until
    rounded to float64 once) minus that of the media's first decodable picture, so that the
    media starts at 0 whatever its container's clock does. Times rise strictly: a frame whose
    own time is missing, not after the frame before, or over an hour after it, is put one
    nominal frame after that one, with one warning. (AVI keeps no presentation times; its
    packets' times are put in order.) ``Frame.index`` counts the decoded frames of the media
    from 0, also those that the settings leave out. What lies well before ``start_s`` is read but
    not decoded; frames there count one for each packet, damaged or not. An AVI is decoded whole.

    Damaged packets are left out; one warning at the end says how many frames are missing, or that
    the pictures end well before the container says. Another tells of a long gap.

    Parameters
    ----------
    settings : frames with start_s <= time < end_s whose index is a multiple of ``every``.
    on_warning : is called with a sentence, from the thread that takes the frames.

    Raises
    ------
    NoPictureError : no picture of the recording lies in the analysed part.
    """
    read = read_file_frames if media.kind == "file" else read_folder_frames
    return _at_least_one(read(media, settings, on_warning=on_warning), media, settings)


def _at_least_one(
    frames: Iterator[Frame], media: Media, settings: MediaSettings
) -> Iterator[Frame]:
    first = next(frames, None)
    if first is None:
        end = "its end" if settings.end_s is None else f"{settings.end_s:g} s"
        message = sentence(
            wanted=f"the analysed part of {media.facts.name!r} must hold a picture",
            got=f"none from {settings.start_s:g} s to {end}",
            remedy="choose a part within the recording",
        )
        raise NoPictureError(message)
    yield first
    yield from frames
