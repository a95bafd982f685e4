"""A video file as a recording."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from groupaffect.media.clock import FAULT_WARNINGS, TimeFault, pts_to_time, rising_time
from groupaffect.media.container import (
    DEFAULT_RATE_HZ,
    count_listed,
    find_picture_stream,
    open_container,
    stated_duration_s,
    stated_rate_hz,
    unreadable,
)
from groupaffect.media.description import (
    Media,
    file_sha256,
    is_before_start,
    is_past_end,
    is_wanted,
)
from groupaffect.media.packets import Tally, decode_packets, read_packets, skip_to_keyframe
from groupaffect.media.picture import UprightSize, picture_to_frame, rotation_to_quarter_turns
from groupaffect.media.scaler import Scaler
from groupaffect.settings import MediaSettings
from groupaffect.types import Frame, MediaFacts

# Decoding begins at a keyframe at least this long before the start: pictures shown just
# before a keyframe may depend on the pictures before it (ours).
LEAD_S = Fraction(1, 2)
# A container may state frames over duration, which one wild time makes next to nothing (ours).
MIN_RATE_HZ = 1
# Sound often lasts a little longer than the pictures; more than this without one is told (ours).
MAX_WITHOUT_PICTURE_S = 1.0
# Screen recorders leave out pictures in which nothing moves, hardly for so long (ours).
MAX_GAP_S = 5.0
_NO_PTS_CONTAINERS = frozenset({"avi"})  # see ``Tally.sorts_pts``; decoded from their start


def open_file(path: Path) -> Media:
    """Describe a video file, from its container and its first decodable picture.

    Raises
    ------
    UnreadableMediaError : it is no video, or not one picture of it can be decoded.
    NoPictureError : it holds sound only.
    """
    with open_container(path) as container:
        stream = find_picture_stream(container, path)
        tally = Tally()
        packets = read_packets(container, stream, tally)
        picture = next(decode_packets(packets, stream, tally), None)
        if picture is None:
            raise unreadable(path, got="one without a picture that can be decoded")
        turns = rotation_to_quarter_turns(picture.rotation)
        stored = UprightSize(picture.width, picture.height, turns)
        width_px, height_px = stored.stored_wh_px  # turning there and back is the same swap
        facts = MediaFacts(
            name=path.name,
            sha256=file_sha256(path),
            container=container.format.name,
            codec=stream.codec_context.name,
            width_px=width_px,
            height_px=height_px,
            duration_s=stated_duration_s(container, stream),
            n_frames_declared=stream.frames or None,
            rate_hz=stated_rate_hz(stream),
            rotation_deg=turns * 90,
        )
        return Media(path, "file", facts, origin_s=_origin_s(picture))


def upright_size(facts: MediaFacts) -> UprightSize:
    """Return the size of every frame, and how the stored pictures are turned."""
    return UprightSize(facts.width_px, facts.height_px, facts.rotation_deg // 90)


def read_file_frames(
    media: Media, settings: MediaSettings, *, on_warning: Callable[[str], None]
) -> Iterator[Frame]:
    """Yield the frames of the analysed part; see ``source.read_frames``."""
    tally, size, scaler = Tally(), upright_size(media.facts), Scaler()
    resized = False
    n_read, reached_end = 0, True
    with open_container(media.path) as container:
        stream = find_picture_stream(container, media.path)
        packets = _packets_from_start(
            container, stream, media=media, settings=settings, tally=tally
        )
        pictures = decode_packets(packets, stream, tally)
        timed = _timed(pictures, media, settings=settings, tally=tally, on_warning=on_warning)
        for index, time_s, picture in timed:
            if is_past_end(time_s, settings):
                reached_end = False
                break
            n_read = index + 1
            if not is_wanted(index, time_s, settings):
                continue
            if not resized and (picture.width, picture.height) != size.stored_wh_px:
                resized = True
                on_warning(f"{media.facts.name}: the picture changes its size; scaled to the first")
            try:
                frame = picture_to_frame(
                    picture, index=index, time_s=time_s, size=size, scaler=scaler
                )
            except (FFmpegError, ValueError) as error:
                raise unreadable(media.path, got=f"pictures in {picture.format.name}") from error
            yield frame
    for words in _end_warnings(media, tally, n_read=n_read, reached_end=reached_end):
        on_warning(words)


def _origin_s(picture: VideoFrame) -> Fraction:
    if picture.pts is None or picture.time_base is None:
        return Fraction(0)
    return picture.pts * picture.time_base


def _packets_from_start(
    container: InputContainer,
    stream: VideoStream,
    *,
    media: Media,
    settings: MediaSettings,
    tally: Tally,
) -> Iterator[Packet[VideoStream]]:
    tally.sorts_pts = container.format.name in _NO_PTS_CONTAINERS
    tally.n_listed = count_listed(container, stream)
    packets = read_packets(container, stream, tally)
    if settings.start_s <= 0 or not stream.time_base or tally.sorts_pts:
        return packets
    start_s = media.origin_s + Fraction(settings.start_s)
    return skip_to_keyframe(
        packets,
        lead_pts=math.floor((start_s - LEAD_S) / stream.time_base),
        start_pts=math.ceil(start_s / stream.time_base),
        tally=tally,
    )


def _timed(
    pictures: Iterator[VideoFrame],
    media: Media,
    *,
    settings: MediaSettings,
    tally: Tally,
    on_warning: Callable[[str], None],
) -> Iterator[tuple[int, float, VideoFrame]]:
    """Yield (index in the media, time in seconds, picture), times rising."""
    frame_s = nominal_frame_s(media.facts.rate_hz)
    previous_s: float | None = None
    faults: set[TimeFault] = set()
    index: int | None = None
    for n_decoded, picture in enumerate(pictures):
        given_s = pts_to_time(picture.pts, picture.time_base, origin_s=media.origin_s)
        time_s, fault = rising_time(given_s, previous_s=previous_s, frame_s=frame_s)
        if fault is not None and fault not in faults:
            faults.add(fault)
            tally.has_faulty_times = True
            on_warning(f"{media.facts.name}: {FAULT_WARNINGS[fault]}")
        tally.note_time(time_s, previous_s=previous_s, frame_s=frame_s)
        previous_s = time_s
        if index is not None:
            index += 1
        elif not tally.n_skipped:
            index = n_decoded
        elif is_before_start(time_s, settings):
            continue  # its index is not certain yet and nobody asks for it
        else:
            index = _index_after_skip(picture, tally, n_decoded=n_decoded)
        yield index, time_s, picture


def nominal_frame_s(rate_hz: Fraction | None) -> float:
    """Return how far a frame whose own time is wrong is put after the one before, in seconds.

    Examples
    --------
    >>> nominal_frame_s(Fraction(50)), nominal_frame_s(Fraction(1, 3000)), nominal_frame_s(None)
    (0.02, 0.04, 0.04)
    """
    if rate_hz is None or rate_hz < MIN_RATE_HZ:
        return float(1 / DEFAULT_RATE_HZ)
    return float(1 / rate_hz)


def _index_after_skip(picture: VideoFrame, tally: Tally, *, n_decoded: int) -> int:
    if picture.pts is None:
        tally.forget_passed()
        return tally.n_skipped + n_decoded
    return tally.take_rank(picture.pts)


def _end_warnings(media: Media, tally: Tally, *, n_read: int, reached_end: bool) -> Iterator[str]:
    name, announced = media.facts.name, media.facts.n_frames_declared
    if announced is not None and tally.n_listed is not None:
        announced = min(announced, tally.n_listed)
    n_hidden = tally.n_discarded  # an edit list leaves them out on purpose
    if reached_end and announced is not None and n_read < announced - n_hidden:
        yield f"{name}: {announced} frames announced, {n_read} decoded; the rest is damaged"
    elif reached_end and _ends_early(media, tally):
        yield (
            f"{name}: its pictures end at {tally.end_s:.1f} s, but its container states "
            f"{media.facts.duration_s:.1f} s; the rest is damaged or has none"
        )
    elif tally.n_damaged:
        yield f"{name}: {tally.n_damaged} damaged packets were skipped"
    elif tally.n_corrupt:
        yield f"{name}: {tally.n_corrupt} damaged frames were decoded as far as they could be"
    elif tally.broken_off:
        yield f"{name}: it could not be read to its end; {n_read} frames decoded"
    if tally.longest_gap_s > MAX_GAP_S:
        start_s, gap_s = tally.gap_start_s, tally.longest_gap_s
        yield f"{name}: no picture for {gap_s:.1f} s from {start_s:.1f} s on, the longest gap"


def _ends_early(media: Media, tally: Tally) -> bool:
    stated_s = media.facts.duration_s
    if tally.has_faulty_times:  # by which the container reckons its length as well
        return False
    return stated_s is not None and tally.end_s + MAX_WITHOUT_PICTURE_S < stated_s
