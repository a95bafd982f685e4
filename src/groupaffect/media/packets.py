"""From packets to pictures, past what is damaged, and past what lies before the start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import chain

from av.container import InputContainer
from av.error import EOFError as EndOfFileError
from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream


@dataclass(slots=True)
class Tally:
    """What happened on the way through a file; the readers add to it as they go.

    Attributes
    ----------
    n_discarded : packets that the container itself keeps from being shown (edit lists).
    n_skipped : packets before the start that were never decoded.
    n_damaged : packets that gave no picture because their data is wrong.
    n_listed : packets that the index of an mp4 lists: its edit list takes some out of it, as
        a trimmed recording's; None where there is no such index.
    n_corrupt : pictures that the decoder calls damaged.
    broken_off : the container could not be read to its end.
    end_s : when the last picture that was decoded ends. has_faulty_times : some were put right.
    longest_gap_s, gap_start_s : the longest time from one picture to the next, and its start.
    passed_pts : presentation times of the packets to be shown that were read so far; empty
        once ``keeps_passed`` is False, when nobody will ask for the index of a frame again.
    sorts_pts : hand the packets' times out in rising order, whatever picture they came with:
        AVI keeps no presentation times, and FFmpeg numbers its packets as they are stored,
        which with B-frames is not as they are shown.
    unshown_pts : heap of the times still to be handed out.
    """

    n_discarded: int = 0
    n_skipped: int = 0
    n_damaged: int = 0
    n_listed: int | None = None
    n_corrupt: int = 0
    broken_off: bool = False
    end_s: float = 0.0
    has_faulty_times: bool = False
    longest_gap_s: float = 0.0
    gap_start_s: float = 0.0
    passed_pts: list[int] = field(default_factory=list)
    keeps_passed: bool = True
    sorts_pts: bool = False
    unshown_pts: list[int] = field(default_factory=list)

    def note_time(self, time_s: float, *, previous_s: float | None, frame_s: float) -> None:
        """Note when a picture is shown, and how long after the one before."""
        self.end_s = time_s + frame_s
        if previous_s is not None and time_s - previous_s > self.longest_gap_s:
            self.longest_gap_s, self.gap_start_s = time_s - previous_s, previous_s

    def pass_by(self, packet: Packet[VideoStream]) -> None:
        """Note when a packet that was read is shown, while that may be asked for."""
        if self.keeps_passed and packet.pts is not None and not packet.is_discard:
            self.passed_pts.append(packet.pts)

    def take_rank(self, pts: int) -> int:
        """Return how many packets are shown before a time, the index of the frame there.

        It can be asked for once: the times are forgotten, so that memory does not grow with
        the file.

        Examples
        --------
        >>> tally = Tally(passed_pts=[0, 3, 1, 2])
        >>> tally.take_rank(2), tally.passed_pts
        (2, [])
        """
        rank = sum(passed < pts for passed in self.passed_pts)
        self.forget_passed()
        return rank

    def forget_passed(self) -> None:
        """Let go of the times of packets, and keep no more of them."""
        self.passed_pts.clear()
        self.keeps_passed = False


def read_packets(
    container: InputContainer, stream: VideoStream, tally: Tally
) -> Iterator[Packet[VideoStream]]:
    """Yield the stream's packets, the last of them empty, and stop where reading fails."""
    try:
        for packet in container.demux(stream):
            tally.n_discarded += packet.is_discard
            if tally.sorts_pts and packet.pts is not None:
                heappush(tally.unshown_pts, packet.pts)
            yield packet
    except FFmpegError:
        tally.broken_off = True


def skip_to_keyframe(
    packets: Iterable[Packet[VideoStream]], *, lead_pts: int, start_pts: int, tally: Tally
) -> Iterator[Packet[VideoStream]]:
    """Leave out packets that no frame from ``start_pts`` on depends on.

    Packets are read but not decoded, which needs no index and keeps count of the frames. The
    first one yielded is the last keyframe at or before ``lead_pts``; some lead is wanted
    because pictures shown just before a keyframe may depend on what comes before it.
    """
    waiting: list[Packet[VideoStream]] = []
    rest = iter(packets)
    for packet in rest:
        if packet.pts is None:  # no way to tell what lies before the start: decode it all
            yield from chain(waiting, [packet], rest)
            return
        if packet.is_keyframe and packet.pts <= lead_pts:
            tally.n_skipped += sum(not earlier.is_discard for earlier in waiting)
            waiting.clear()
        waiting.append(packet)
        tally.pass_by(packet)
        if packet.pts >= start_pts:
            break
    if not tally.n_skipped:  # all is decoded: frames are counted as they come
        tally.forget_passed()
    yield from waiting
    for packet in rest:
        tally.pass_by(packet)
        yield packet


def decode_packets(
    packets: Iterable[Packet[VideoStream]], stream: VideoStream, tally: Tally
) -> Iterator[VideoFrame]:
    """Yield the pictures in order of presentation; damaged packets are counted and left out."""
    for packet in packets:
        try:
            pictures = packet.decode()
        except EndOfFileError:
            return
        except FFmpegError:
            tally.n_damaged += 1
            pictures = []
            if tally.unshown_pts:  # its picture will not come to take its time
                heappop(tally.unshown_pts)
        for picture in pictures:
            tally.n_corrupt += picture.is_corrupt
            if tally.unshown_pts:
                picture.pts = heappop(tally.unshown_pts)
            yield picture
    if tally.broken_off:  # the empty packet that makes the decoder give up its last pictures
        try:
            yield from stream.codec_context.decode(None)
        except FFmpegError:
            return
