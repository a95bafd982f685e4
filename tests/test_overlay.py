"""From a session and its recording to the overlay, whole or not at all."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from groupaffect import face_regions, video_encoder
from groupaffect import overlay as joined
from groupaffect.errors import MediaError, OutputError, UsageError
from groupaffect.faces.detector import detect_faces, detector_input_size
from groupaffect.forgetting import forget
from groupaffect.media import open_media, read_frames
from groupaffect.overlay import check_style, has_overlay, write_overlay
from groupaffect.reanalysis import reanalyze
from groupaffect.recording import rebuild_report
from groupaffect.report.overlay.blur import hide_regions
from groupaffect.session import Session, load_session
from groupaffect.session.columns import FILES
from groupaffect.session.lock import changing_session
from groupaffect.settings import MediaSettings
from groupaffect.types import Frame, OverlayStyle, silent
from media.synthetic_clips import write_clip
from python_process import run_python
from reference.folded_session import tree_bytes
from reference.seated_session import write_seated_session

SEATS = ((40.0, 40.0), (120.0, 40.0))
SIZE_PX = (160, 90)
VARIABLE_MS = [0, 40, 80, 1000, 1004, 1500, 2980, 3001]


def decoded(path: Path) -> tuple[list[float], np.ndarray]:
    """Return times and pictures (n, height, width, 3) of a video."""
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    return [float(f.time) for f in frames], np.stack([f.to_ndarray(format="rgb24") for f in frames])


def times_of(recording: Path, part: MediaSettings) -> list[float]:
    frames = read_frames(open_media(recording), part, on_warning=lambda _: None)
    return [frame.time_s for frame in frames]


@pytest.fixture(autouse=True)
def reports(monkeypatch: pytest.MonkeyPatch) -> list[Session]:
    """Return the sessions whose report was asked for; to write it takes seconds."""
    asked: list[Session] = []
    monkeypatch.setattr(joined, "write_report", asked.append)
    for change in ("reanalysis", "forgetting"):
        monkeypatch.setattr(f"groupaffect.{change}.write_report", lambda _: None)
    return asked


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return write_clip(tmp_path / "meeting.mkv", times_ms=VARIABLE_MS, size_px=SIZE_PX)


@pytest.fixture
def session(tmp_path: Path, recording: Path) -> Session:
    return write_seated_session(tmp_path / "s", recording, seats_xy_px=SEATS)


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("style", ["plain", "blurred", "no-pixels"])
def test_overlay_has_every_frame_at_its_time(
    session: Session, recording: Path, style: OverlayStyle
) -> None:
    path = write_overlay(session, recording, style=style)
    times, pictures = decoded(path)
    assert times == pytest.approx([ms / 1000 for ms in VARIABLE_MS], abs=1e-3)
    assert pictures.shape[1:3] == (90, 160)
    assert has_overlay(session, style)
    assert not has_overlay(session, "plain" if style != "plain" else "blurred")
    assert not [name for name in listing(session.path) if name.startswith(".")]


def test_report_leads_to_the_overlay(
    session: Session, recording: Path, reports: list[Session]
) -> None:
    write_overlay(session, recording)
    assert [reported.path for reported in reports] == [session.path]
    assert 'href="overlay.mp4"' in rebuild_report(session.path).read_text()


@pytest.mark.parametrize(
    "part",
    [MediaSettings(start_s=0.5, end_s=2.0), MediaSettings(every=3)],
    ids=["part", "every third frame"],
)
def test_overlay_covers_what_was_analysed_at_the_recordings_times(
    tmp_path: Path, recording: Path, part: MediaSettings
) -> None:
    write_seated_session(tmp_path / "s", recording, seats_xy_px=SEATS, part=part)
    times, _ = decoded(write_overlay(tmp_path / "s", recording))
    assert times == pytest.approx(times_of(recording, part), abs=1e-3)
    assert 1 < len(times) < len(VARIABLE_MS)


def test_overlay_without_participants_shows_the_recording(tmp_path: Path, recording: Path) -> None:
    session = write_seated_session(tmp_path / "s", recording)
    _, pictures = decoded(write_overlay(session, recording))
    greys = [40 + 5 * k for k in range(8)]
    assert pictures[:, 60:, 60:].mean(axis=(1, 2, 3)) == pytest.approx(greys, abs=4)


def test_no_pixel_of_the_recording_survives_no_pixels(tmp_path: Path) -> None:
    """Two recordings with the same times and other pictures give the same bytes of video."""
    made = []
    for name, codec in (("dark", "mpeg4"), ("noise", "mjpeg")):
        pixel_format = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        clip = write_clip(
            tmp_path / f"{name}.mkv",
            times_ms=VARIABLE_MS,
            size_px=SIZE_PX,
            codec=codec,
            pixel_format=pixel_format,
        )
        session = write_seated_session(tmp_path / name, clip, seats_xy_px=SEATS)
        made.append(write_overlay(session, clip, style="no-pixels"))
    first, second = (path.read_bytes() for path in made)
    assert first == second
    _, pictures = decoded(made[0])
    assert (pictures > 100).any()
    faces_and_labels = (pictures > 24).any(axis=3).mean()
    assert 0.02 < faces_and_labels < 0.6  # all else is black


def test_no_pixels_never_asks_for_a_picture(
    session: Session, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a picture was asked for")

    monkeypatch.setattr(Frame, "rgb", refuse)
    write_overlay(session, recording, style="no-pixels")


def test_blurred_hides_faces_that_are_no_participants(
    tmp_path: Path, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stranger is found in one frame only; the corner of the bright tile stands for the face."""
    session = write_seated_session(tmp_path / "s", recording)

    def detect(frame: Frame) -> np.ndarray:
        return np.array([[8.0, 8.0, 22.0, 24.0]])[: 1 if frame.index == 1 else 0]

    monkeypatch.setattr(face_regions, "detect_every_face", detect)
    _, pictures = decoded(write_overlay(session, recording, style="blurred"))
    grey = pictures[:, 4:12, 4:26].mean(axis=3)
    sharpest = np.abs(np.diff(grey, axis=2)).max(axis=(1, 2))  # the tile's edge, 195 to begin with
    assert (sharpest[:3] < 60).all()  # found at 0.04 s, held at 0 and 0.08 s
    assert (sharpest[3:] > 80).all()  # from 1 s on nobody is there any more


def test_blurred_faces_are_found_no_more(data_dir: Path, tmp_path: Path) -> None:
    """Three people in a room of whom none is a participant."""
    clip = data_dir / "clips/groups/three_people_talking.avi"
    part = MediaSettings(end_s=3.0, every=15)
    session = write_seated_session(tmp_path / "s", clip, part=part)

    def frames() -> list[Frame]:
        return list(read_frames(open_media(clip), part, on_warning=lambda _: None))

    regions = face_regions.find_regions(frames(), session, hook=silent)
    size = detector_input_size(640, 480, target_width_px=640)
    n_before = n_after = 0
    for frame in frames():
        n_before += len(detect_faces(frame.rgb(*size), picture_size_px=(640, 480), threshold=0.45))
        hidden = hide_regions(frame.rgb(), regions[frame.index])
        n_after += len(detect_faces(hidden, picture_size_px=(640, 480), threshold=0.45))
    assert (n_before, n_after) == (18, 0)


def test_wrong_recording_is_refused(tmp_path: Path, session: Session) -> None:
    other = write_clip(tmp_path / "other.mkv", n_frames=8, size_px=SIZE_PX)
    before = listing(session.path)
    with pytest.raises(MediaError, match="as it was analysed, but got one with sha256"):
        write_overlay(session, other)
    with pytest.raises(MediaError, match="nothing is"):
        write_overlay(session, tmp_path / "gone.mkv")
    assert listing(session.path) == before


def test_unknown_style_is_refused() -> None:
    check_style(None)
    check_style("blurred")
    with pytest.raises(UsageError, match="one of plain, blurred, no-pixels, but got 'pretty'"):
        check_style("pretty")


def test_recording_that_breaks_off_leaves_no_overlay(session: Session, recording: Path) -> None:
    path = session.path / "session.json"  # one frame less is read, as from a disk that goes away
    path.write_text(path.read_text().replace('"n_frames": 8', '"n_frames": 9'))
    with pytest.raises(MediaError, match="but got 8 frames instead of 9"):
        write_overlay(session, recording)
    assert not (session.path / "overlay.mp4").exists()


def test_full_disk_leaves_the_session_as_it_was(
    session: Session, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_overlay(session, recording)
    before, content = listing(session.path), path.read_bytes()

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(video_encoder.VideoEncoder, "write", fail)
    with pytest.raises(OutputError, match="the overlay could not be written whole, but got a full"):
        write_overlay(session, recording, style="blurred")
    assert listing(session.path) == before
    assert path.read_bytes() == content


def test_full_disk_at_the_report_says_that_the_overlay_is_whole(
    session: Session, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("groupaffect.overlay.write_report", fail)
    wanted = "report with the overlay's link could not .* full disk; .*, the overlay is whole"
    with pytest.raises(OutputError, match=wanted):
        write_overlay(session, recording)
    assert (session.path / "overlay.mp4").is_file()


def test_file_size_limit_of_the_system_is_one_sentence(
    tmp_path: Path, session: Session, recording: Path
) -> None:
    code = (
        "import resource, signal, sys; from groupaffect.app.command_line import main\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000)); main(sys.argv[1:])"
    )
    done = run_python("-c", code, "overlay", str(session.path), str(recording))
    assert done.returncode == 1
    assert "the overlay could not be written whole" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not [name for name in listing(session.path) if "overlay" in name]


# One process for all moments, as to import takes longest; each is killed in a copy of it.
KILLED = """
import os, signal, sys
import groupaffect.overlay as overlay
from groupaffect import video_encoder
session, clip, *moments = sys.argv[1:]
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
for moment in moments:
    child = os.fork()
    if not child:
        exec(moment + " = die")
        overlay.write_overlay(session + moment, clip)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
"""
MOMENTS = {
    "overlay._choose_background": False,
    "overlay.draw_frame": False,
    "video_encoder.VideoEncoder.finish": False,
    "overlay.Path.replace": False,
    "overlay.write_report": True,
}


def test_overlay_killed_in_any_phase_leaves_the_session_whole_and_the_next_cleans_up(
    session: Session, recording: Path
) -> None:
    write_overlay(session, recording, style="no-pixels")
    (session.path / "report.html").write_text("before")
    before = tree_bytes(session.path)
    for moment in MOMENTS:
        shutil.copytree(session.path, f"{session.path}{moment}")
    done = run_python("-c", KILLED, str(session.path), str(recording), *MOMENTS)
    assert (done.returncode, done.stderr) == (0, "")
    for moment, is_new in MOMENTS.items():
        killed = load_session(f"{session.path}{moment}")
        left = {n: c for n, c in tree_bytes(killed.path).items() if not n.startswith(".")}
        assert has_overlay(killed, "plain") == is_new, moment
        assert left.keys() == before.keys()
        assert [name for name in left if left[name] != before[name]] == ["overlay.mp4"] * is_new
        write_overlay(killed, recording, style="no-pixels")
        assert listing(killed.path) == listing(session.path)


def people_of(session: Session) -> list[str]:
    return [facts.participant for facts in session.participants]


def test_overlay_of_a_session_changed_meanwhile_shows_what_is_there_now(
    session: Session, recording: Path, reports: list[Session]
) -> None:
    """The session was read before somebody merged two people in it."""
    assert people_of(session) == ["P1", "P2"]
    now = reanalyze(session.path, merge="P1,P2")
    write_overlay(session, recording)
    assert has_overlay(now, "plain")
    assert [people_of(reported) for reported in reports] == [["P1"]]


@pytest.mark.parametrize(
    "change",
    [lambda path: reanalyze(path, merge="P1,P2"), lambda path: forget(path, ["P2"])],
    ids=["merge", "forget"],
)
def test_change_of_a_session_while_its_overlay_is_made_is_refused(
    session: Session, recording: Path, change: Callable[[Path], object]
) -> None:
    tables = {name: (session.path / name).read_bytes() for name in FILES}
    refused: list[str] = []

    def meddle(*_: object, **__: object) -> None:
        with pytest.raises(OutputError, match="another run that is changing it") as caught:
            change(session.path)
        refused.append(str(caught.value))

    write_overlay(session, recording, hook=meddle)
    assert len(refused) == 8
    assert has_overlay(session, "plain")
    assert {name: (session.path / name).read_bytes() for name in FILES} == tables


@pytest.mark.parametrize("moment", ["draw_frame", "replace"])
def test_overlay_on_a_disk_without_locks_never_mixes_with_a_change(
    session: Session,
    recording: Path,
    monkeypatch: pytest.MonkeyPatch,
    reports: list[Session],
    moment: str,
) -> None:
    """Somebody is forgotten while the overlay is drawn, or between it and its report."""
    changed: list[dict[str, bytes]] = []
    place = joined if moment == "draw_frame" else Path
    step = getattr(place, moment)

    def meddle(*values: Any, **named: Any) -> object:  # noqa: ANN401
        done = step(*values, **named)
        if not changed:
            changed.append({})  # a change replaces files too
            forget(session.path, ["P2"])
            changed[0] |= tree_bytes(session.path)
        return done

    monkeypatch.setattr("groupaffect.session.lock.try_lock", lambda _: True)
    monkeypatch.setattr(place, moment, meddle)
    with pytest.raises(OutputError, match="by one run at a time, but got another run"):
        write_overlay(session, recording)
    assert people_of(load_session(session.path)) == ["P1"]
    assert tree_bytes(session.path) == changed[0]
    assert reports == []
    assert listing(session.path.parent) == ["meeting.mkv", "s"]


def test_plain_overlay_after_somebody_was_forgotten_is_refused(
    session: Session, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(face_regions, "detect_every_face", lambda _: np.zeros((0, 4)))
    forget(session.path, ["P2"])
    before = tree_bytes(session.path)
    words = "a plain overlay .* nobody was forgotten, but got one in which 1 person was, and the"
    with pytest.raises(UsageError, match=rf"{words} recording still shows .*`--blur-faces`"):
        write_overlay(session, recording)  # also where the session was read before
    assert tree_bytes(session.path) == before
    reanalyze(session.path)
    with pytest.raises(UsageError, match=words):
        write_overlay(session.path, recording)
    for style in ("blurred", "no-pixels"):
        write_overlay(session.path, recording, style=style)


def test_overlay_of_a_session_that_is_being_changed_is_refused(
    session: Session, recording: Path
) -> None:
    with (
        changing_session(session.path),
        pytest.raises(OutputError, match="changed by one run at a time"),
    ):
        write_overlay(session, recording)
    assert not (session.path / "overlay.mp4").exists()
