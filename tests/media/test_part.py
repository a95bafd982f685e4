"""A part of a recording shows exactly what the whole shows there."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from groupaffect.media import file, open_media, read_frames
from groupaffect.media.container import find_picture_stream, open_container
from groupaffect.media.description import is_wanted
from groupaffect.media.packets import Tally, read_packets, skip_to_keyframe
from groupaffect.settings import MediaSettings
from groupaffect.timeline import time_to_second
from media.synthetic_clips import write_clip

N_FRAMES = 90


def read_part(path: Path, settings: MediaSettings) -> list[tuple[int, float, int]]:
    frames = read_frames(open_media(path), settings, on_warning=pytest.fail)
    return [(frame.index, frame.time_s, int(frame.grey[40, 40])) for frame in frames]


@pytest.fixture(scope="module", params=["mpeg4.mp4", "libx264.mp4", "libx264.mkv", "wmv2.wmv"])
def clip(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    codec = request.param.partition(".")[0]
    return write_clip(folder / request.param, n_frames=N_FRAMES, codec=codec, gop=9)


@pytest.mark.parametrize(
    "part",
    [
        MediaSettings(start_s=0.04),
        MediaSettings(start_s=1.5),
        MediaSettings(start_s=2.0, end_s=2.9),
        MediaSettings(start_s=1.44, every=3),
        MediaSettings(end_s=0.04),
        MediaSettings(start_s=3.5),
        MediaSettings(every=7),
    ],
    ids=str,
)
def test_part_equals_selection_of_whole(clip: Path, part: MediaSettings) -> None:
    whole = read_part(clip, MediaSettings())
    wanted = [row for row in whole if is_wanted(row[0], row[1], part)]
    assert wanted
    assert read_part(clip, part) == wanted


def test_late_start_leaves_packets_undecoded(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", n_frames=N_FRAMES, gop=9)
    tally = Tally()
    with open_container(path) as container:
        stream = find_picture_stream(container, path)
        assert stream.time_base is not None
        packets = skip_to_keyframe(
            read_packets(container, stream, tally),
            lead_pts=int(2 / stream.time_base),
            start_pts=int(3 / stream.time_base),
            tally=tally,
        )
        first = next(packets)
        assert first.pts is not None
        assert first.is_keyframe
        assert first.pts * stream.time_base == Fraction(45, 25)
    assert tally.n_skipped == 45


def test_part_of_variable_rate_keeps_index(tmp_path: Path) -> None:
    times_ms = [0, 10, 20, 900, 910, 1700, 1702, 2500, 2600, 3000]
    path = write_clip(tmp_path / "a.mkv", times_ms=times_ms, gop=2)
    part = read_part(path, MediaSettings(start_s=2.0))
    assert [(index, time_s) for index, time_s, _ in part] == [(7, 2.5), (8, 2.6), (9, 3.0)]


@pytest.mark.parametrize("time_s", [9.0, 9.99, 9.9999980, 9.9999996, 10.0, 10.0000004, 10.01])
def test_frame_is_wanted_in_the_seconds_it_falls_in(time_s: float) -> None:
    second = int(time_to_second(np.array([time_s]))[0])
    for bound_s in (9, 10, 11):
        assert is_wanted(0, time_s, MediaSettings(start_s=bound_s)) == (second >= bound_s)
        assert is_wanted(0, time_s, MediaSettings(end_s=bound_s)) == (second < bound_s)


def test_parts_side_by_side_share_no_frame_and_lose_none(tmp_path: Path) -> None:
    rate_hz = Fraction(30000, 1001)
    path = write_clip(tmp_path / "a.mkv", n_frames=N_FRAMES, rate_hz=rate_hz, gop=9)
    whole = read_part(path, MediaSettings())
    cut_s = whole[40][1] + 4e-7  # as a time base that does not hold it would make of frame 40
    parts = [MediaSettings(end_s=cut_s), MediaSettings(start_s=cut_s)]
    first, second = (read_part(path, part) for part in parts)
    assert first + second == whole
    assert second[0][0] == 40


@pytest.mark.parametrize("start_s", [0.04, 2.0], ids=["nothing skipped", "skipped"])
def test_late_start_keeps_no_times_of_packets_once_the_index_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start_s: float
) -> None:
    path = write_clip(tmp_path / "a.mp4", n_frames=N_FRAMES, gop=9)
    tallies: list[Tally] = []

    def tally() -> Tally:
        tallies.append(Tally())
        return tallies[-1]

    monkeypatch.setattr(file, "Tally", tally)
    media = open_media(path)
    frames = read_frames(media, MediaSettings(start_s=start_s), on_warning=pytest.fail)
    n_kept = [len(tallies[-1].passed_pts) for _ in frames]
    assert set(n_kept) == {0}
    assert len(n_kept) == N_FRAMES - round(start_s * 25)
