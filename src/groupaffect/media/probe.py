"""A few frames spread over the recording, quickly, to see what it looks like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from itertools import islice

from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from groupaffect.media.clock import pts_to_time
from groupaffect.media.container import DEFAULT_RATE_HZ, find_picture_stream, open_container
from groupaffect.media.description import Media, is_before_start, is_past_end
from groupaffect.media.file import upright_size
from groupaffect.media.folder import read_folder_frames
from groupaffect.media.packets import Tally, decode_packets
from groupaffect.media.picture import picture_to_frame
from groupaffect.media.scaler import Scaler
from groupaffect.media.source import read_frames
from groupaffect.settings import MediaSettings
from groupaffect.types import Frame

# Pictures decoded beyond a keyframe that was seen already, to have another one to look at.
STRIDE_FRAMES = 6  # (ours: cheap, and far enough apart for something to have moved)


def probe_frames(media: Media, settings: MediaSettings, *, n: int) -> list[Frame]:
    """Return up to ``n`` frames spread evenly over the analysed part, in order of time.

    They are the keyframes before evenly spaced times, which need next to no decoding, and
    where keyframes are rare, frames a little after them. Their ``index`` counts the probes,
    not the frames of the media; their times are right. What cannot be sought in is read from
    the start of the part instead. Damage is passed over in silence: reading will tell.

    Parameters
    ----------
    n : number of frames wanted, 1 or more; fewer come back when no more are found.

    Raises
    ------
    NoPictureError : no picture of the recording lies in the analysed part.
    """
    if media.kind == "folder":
        frames = _probe_folder(media, settings, n=n)
    else:
        frames = _probe_file(media, settings, n=n)
    frames = frames or _first_frames(media, settings, n=n)
    return [replace(frame, index=place) for place, frame in enumerate(frames)]


def spread_times(media: Media, settings: MediaSettings, *, n: int) -> list[float]:
    """Return the middles of ``n`` equal stretches of the analysed part, in seconds.

    Nothing comes back where the container does not say how long it is.
    """
    ends = [end for end in (settings.end_s, media.facts.duration_s) if end is not None]
    if media.facts.duration_s is None or min(ends) <= settings.start_s:
        return []
    step_s = (min(ends) - settings.start_s) / n
    return [settings.start_s + (place + 0.5) * step_s for place in range(n)]


def _probe_folder(media: Media, settings: MediaSettings, *, n: int) -> list[Frame]:
    rate_hz = media.facts.rate_hz or DEFAULT_RATE_HZ
    places = sorted({int(time_s * rate_hz) for time_s in spread_times(media, settings, n=n)})
    frames: list[Frame] = []
    for place in places:
        alone = replace(media, images=media.images[place : place + 1])
        shown = read_folder_frames(alone, MediaSettings(), on_warning=_unheard)
        frames += [replace(frame, time_s=float(place / rate_hz)) for frame in shown]
    return [frame for frame in frames if not is_before_start(frame.time_s, settings)]


def _probe_file(media: Media, settings: MediaSettings, *, n: int) -> list[Frame]:
    size, scaler = upright_size(media.facts), Scaler()
    times_s = spread_times(media, settings, n=n)
    frames: list[Frame] = []
    with open_container(media.path) as container:
        stream = find_picture_stream(container, media.path)
        stream.thread_type = "SLICE"  # frame threads would decode more than the one picture
        n_wanted = Counter(_keyframes_before(container, stream, times_s, media=media))
        for keyframe_pts, n_here in sorted(n_wanted.items()):
            pictures = _pictures_from(container, stream, keyframe_pts)
            within = _within(pictures, media, settings)
            stride = _stride_frames(media, times_s)
            frames += [
                picture_to_frame(picture, index=0, time_s=time_s, size=size, scaler=scaler)
                for time_s, picture in islice(within, 0, n_here * stride, stride)
                if not frames or time_s > frames[-1].time_s
            ]
    return frames


def _stride_frames(media: Media, times_s: list[float]) -> int:
    """Return how many pictures lie between two probes after one keyframe, 1..STRIDE_FRAMES."""
    if len(times_s) < 2:
        return 1
    gap_frames = (times_s[1] - times_s[0]) * float(media.facts.rate_hz or DEFAULT_RATE_HZ)
    return max(1, min(STRIDE_FRAMES, int(gap_frames)))


def _keyframes_before(
    container: InputContainer, stream: VideoStream, times_s: list[float], *, media: Media
) -> Iterator[int]:
    """Yield the presentation time of the keyframe before each time; no picture is decoded."""
    for time_s in times_s:
        packets = _packets_from(container, stream, _time_to_pts(time_s, stream, media))
        found = next((packet.pts for packet in packets if packet.pts is not None), None)
        if found is not None:
            yield found


def _time_to_pts(time_s: float, stream: VideoStream, media: Media) -> int:
    """Return (time + origin) / time base, rounded down."""
    return int((media.origin_s + Fraction(time_s)) / (stream.time_base or 1))


def _packets_from(
    container: InputContainer, stream: VideoStream, pts: int
) -> Iterator[Packet[VideoStream]]:
    """Yield packets from the last keyframe at or before a time; none where seeking fails."""
    with suppress(FFmpegError):
        container.seek(pts, stream=stream)
        yield from container.demux(stream)


def _pictures_from(
    container: InputContainer, stream: VideoStream, pts: int
) -> Iterator[VideoFrame]:
    return decode_packets(_packets_from(container, stream, pts), stream, Tally())


def _within(
    pictures: Iterator[VideoFrame], media: Media, settings: MediaSettings
) -> Iterator[tuple[float, VideoFrame]]:
    """Yield the pictures of the analysed part with their times."""
    for picture in pictures:
        time_s = pts_to_time(picture.pts, picture.time_base, origin_s=media.origin_s)
        if time_s is None or is_before_start(time_s, settings):
            continue
        if is_past_end(time_s, settings):
            return
        yield time_s, picture


def _first_frames(media: Media, settings: MediaSettings, *, n: int) -> list[Frame]:
    frames = read_frames(media, settings, on_warning=_unheard)
    return list(islice(frames, 0, n * STRIDE_FRAMES, STRIDE_FRAMES))


def _unheard(words: str) -> None:
    """Leave warnings to the reading of the whole part."""
