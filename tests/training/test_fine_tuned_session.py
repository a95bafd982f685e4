"""From a session and its recording, a folder of pictures, to a fine-tuned profile and back."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import groupaffect
from groupaffect.errors import InsufficientDataError, MediaError, UsageError
from groupaffect.evaluation.personal.courses import examine_profile
from groupaffect.fusion.mix import fuse
from groupaffect.group_lessons import MembersRead
from groupaffect.media import open_media
from groupaffect.personalization import Request, open_sessions, read_own_rows, teach_person
from groupaffect.profile_files import load_profile
from groupaffect.reading_fold import Reading
from groupaffect.reference_shape import IMAGE_FRAME, REFERENCE_SHAPE_XY
from groupaffect.session import Session, SessionWriter, load_session
from groupaffect.settings import PersonalSettings, Settings
from groupaffect.training.person_tuning import TuningRecipe
from reference.personal_session import RATE_HZ, make_group_readings, make_truth, write_personal

N_S, SIDE = 240, 64
PLACE = IMAGE_FRAME.reference_to_crop(REFERENCE_SHAPE_XY) + 8.0  # a crop in the picture's middle


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    def fuse_evenly(read: MembersRead, settings: Settings) -> np.ndarray:
        return fuse(read.image, read.landmark, 0.5)

    for module in ("group_lessons", "evaluation.personal.sources"):
        monkeypatch.setattr(f"groupaffect.{module}.fuse_read", fuse_evenly)
    monkeypatch.setattr("groupaffect.fine_tuning.FACES_PER_SECOND", 1)
    recipe = partial(TuningRecipe, epochs=6, batch=8, views=1, pulls=(0.01,))
    monkeypatch.setattr("groupaffect.training.person_tuning.TuningRecipe", recipe)


def with_points(reading: Reading) -> Reading:
    stretch, image, landmark = reading
    points = np.tile(PLACE, (len(stretch.faces), 1, 1))
    return replace(stretch, faces=replace(stretch.faces, landmark_xy_px=points)), image, landmark


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, np.ndarray]:
    """Return a session, its pictures of P1 (a pattern for each expression), and what P1 shows."""
    folder, truth = tmp_path_factory.mktemp("made"), make_truth(N_S)
    rng = np.random.default_rng(3)
    pattern = rng.integers(0, 256, (7, 8, 8)).repeat(8, axis=1).repeat(8, axis=2)
    (folder / "talk").mkdir()
    for frame in range(N_S * RATE_HZ):
        noisy = pattern[truth[frame // RATE_HZ, 0]] + rng.normal(0, 15, (SIDE, SIDE))
        picture = Image.fromarray(noisy.clip(0, 255).astype(np.uint8))
        picture.save(folder / "talk" / f"{frame:04d}.png")
    readings = [with_points(one) for one in make_group_readings(truth, sadness=3.0)]
    session = write_personal(folder / "draft", readings)
    record = replace(session.record, media=open_media(folder / "talk").facts)
    with SessionWriter(folder / "s") as writer:
        for reading in readings:
            writer.write_stretch(
                *(replace(x, embedding=None) if k else x for k, x in enumerate(reading))
            )
        writer.finish(session.analysis(), record)
    return folder / "s", folder / "talk", truth


def image_reading(rows: np.ndarray, truth: np.ndarray) -> float:
    later = np.repeat(np.arange(N_S), RATE_HZ) >= N_S // 2
    return float((rows.argmax(axis=1) == np.repeat(truth[:, 0], RATE_HZ))[later].mean())


def test_a_person_is_learned_from_pictures_and_read_rightly_later(
    made: tuple[Path, Path, np.ndarray], tmp_path: Path
) -> None:
    folder, talk, truth = made
    request = Request("P1x", adapter="fine-tune", recordings=(talk,), anyway=True)
    profile, courses = teach_person(open_sessions(folder), request)
    assert set(profile.evidence) == {"image"}
    assert profile.evidence["image"]["gain"] > 2 * profile.evidence["image"]["error"]
    assert profile.settings["epochs"] == 6
    assert not any("say nothing of the person" in why for why in profile.objections)
    (course,) = read_own_rows(profile, courses)
    assert course.own_rows is not None
    before = image_reading(course.rows.probability["image"], truth)
    assert image_reading(course.own_rows.probability["image"], truth) > before + 0.2
    found = examine_profile(profile, [course], settings=request.settings)["sources"]
    same = {name: figures["group_same"]["value"] for name, figures in found.items()}
    assert same["personal"] > same["adaptive"] + 0.05
    assert same["wrong group"] < same["personal"]
    path = tmp_path / "p.json"
    again = groupaffect.personalize(
        folder, participant="P1", adapter="fine-tune", recordings=talk, anyway=True, output=path
    )
    assert path.stat().st_size < 2_000_000
    for name, by in load_profile(path).moved.items():
        np.testing.assert_array_equal(by, profile.moved[name])
        np.testing.assert_array_equal(by, again.moved[name])


def test_doubtful_or_unknown_people_get_no_profile(
    made: tuple[Path, Path, np.ndarray], tmp_path: Path
) -> None:
    folder, talk, _ = made
    how = {"adapter": "fine-tune", "recordings": talk, "output": tmp_path / "p.json"}
    with pytest.raises(InsufficientDataError, match="only 120 s have a label, of 180 needed"):
        groupaffect.personalize(folder, participant="P1", **how)
    with pytest.raises(UsageError, match="`P9` must be in the session"):
        groupaffect.personalize(folder, participant="P9", **how)
    assert not (tmp_path / "p.json").exists()


def test_other_recordings_are_refused(made: tuple[Path, Path, np.ndarray], tmp_path: Path) -> None:
    folder, talk, _ = made
    other = tmp_path / "talk"
    other.mkdir()
    for picture in sorted(talk.iterdir())[:9]:
        (other / picture.name).write_bytes(picture.read_bytes())
    how = {"participant": "P1", "adapter": "fine-tune", "anyway": True}
    with pytest.raises(UsageError, match="'talk', but got one of that name with another content"):
        groupaffect.personalize(folder, recordings=other, **how)
    with pytest.raises(MediaError):
        groupaffect.personalize(folder, recordings=tmp_path / "gone.mp4", **how)


def test_recording_with_fewer_frames_than_analysed_is_refused(
    made: tuple[Path, Path, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    from groupaffect.person_crops import cut_person

    folder, talk, _ = made
    session: Session = load_session(folder)
    rows = np.array([0, 5, 400])
    assert cut_person(session, open_media(talk), "P1", rows).shape == (3, 48, 48)
    frames = groupaffect.person_crops.read_frames
    monkeypatch.setattr(
        "groupaffect.person_crops.read_frames",
        lambda *words, **how: (f for f in frames(*words, **how) if f.index != 5),
    )
    with pytest.raises(MediaError, match="1 of its frames cannot be read any more"):
        cut_person(session, open_media(talk), "P1", rows)


def test_settings_of_the_gate_hold_for_fine_tuning(
    made: tuple[Path, Path, np.ndarray],
) -> None:
    folder, talk, _ = made
    strict = PersonalSettings(evidence_errors=1e6)
    request = Request("P1", adapter="fine-tune", recordings=(talk,), anyway=True, settings=strict)
    profile, _ = teach_person(open_sessions(folder), request)
    assert any("say nothing of the person" in why for why in profile.objections)
