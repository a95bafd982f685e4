"""A person's own network reads them in place of the shared one, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import softmax

from groupaffect import analyze, reanalyze
from groupaffect.errors import OutputError, ProfileError, UsageError
from groupaffect.expression.image_model import image_logits
from groupaffect.expression.model_card import load_card
from groupaffect.forgetting import forget
from groupaffect.inference import network_sha256
from groupaffect.media import open_media
from groupaffect.person_crops import cut_person, open_recordings
from groupaffect.person_profile import Origin, PersonProfile, Shift
from groupaffect.personalization import Request
from groupaffect.profile_files import find_profiles, load_profile, write_profile
from groupaffect.profile_notation import profile_to_dict
from groupaffect.session import Session, load_session
from groupaffect.types import EMOTIONS
from reference.folded_session import table_bytes

NETWORKS = ("image_model", "landmark_model")
ADDED = np.eye(7)[EMOTIONS.index("sad")].astype(np.float16) * 3


def made_profile(media_sha256: str = "") -> PersonProfile:
    none = Shift(np.zeros(7))
    return PersonProfile(
        participant="P1",
        adapter="fine-tune",
        teacher="group",
        shift={"image": none, "landmark": none},
        networks={f"expression/{n}": network_sha256("expression", n) for n in NETWORKS},
        origins=(Origin("ab", media_sha256, "P1", ((0.0, 9.0),), 60, {"happy": 9}),),
        moved={"labels.bias": ADDED},
    )


@pytest.fixture(scope="module")
def plain(synthetic_call: Path) -> Session:
    return load_session(synthetic_call / "session")


@pytest.fixture(scope="module")
def own(synthetic_call: Path, tmp_path_factory: pytest.TempPathFactory) -> Session:
    recording = synthetic_call / "recording" / "recording.mp4"
    folder = tmp_path_factory.mktemp("own") / "s"
    return analyze(recording, output=folder, profiles={"P1": made_profile()})


def image_rows(session: Session) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for _, image, _ in session.iterate_readings():
        yield image.participant, image.probability


def test_own_network_reads_its_person_alone(plain: Session, own: Session) -> None:
    temperature = load_card("image_model").temperature
    n_changed = 0
    for (who, shared), (_, mine) in zip(image_rows(plain), image_rows(own), strict=True):
        wanted = softmax(np.log(shared) + ADDED.astype(np.float64) / temperature, axis=1)
        first = who == "P1"
        np.testing.assert_array_equal(mine[~first], shared[~first])
        np.testing.assert_allclose(mine[first], wanted[first], atol=1e-5)
        n_changed += int((~np.isnan(mine[first, 0])).sum())
    assert n_changed > 20
    assert "P1 was read by an image network of their own" in own.warnings[-1]


def test_session_keeps_where_the_network_comes_from_and_not_its_weights(own: Session) -> None:
    (kept,) = own.record.profiles
    assert (kept.adapter, kept.origins[0].label_s) == ("fine-tune", {"happy": 9})
    assert not kept.moved
    with pytest.raises(ProfileError, match="must hold the weights that moved, but got one without"):
        reanalyze(own.path, profiles={"P1": kept})
    with pytest.raises(OutputError, match="other personal profiles"):
        analyze(own.path.parent / "none.mp4", output=own.path)


def test_computed_again_it_is_the_same_and_what_needs_pictures_is_refused(
    plain: Session, own: Session
) -> None:
    before = table_bytes(own.path)
    for change in (
        {"without_profiles": ["P1"]},
        {"merge": "P1,P2"},
        {"swap": "P1,P2@1-2"},
        {"profiles": {"P1": replace(made_profile(), adapter="offset", moved={})}},
        {"profiles": {"P2": made_profile()}},
    ):
        with pytest.raises(UsageError, match="analyse the recording anew"):
            reanalyze(own.path, **change)
    assert table_bytes(own.path) == before
    assert table_bytes(reanalyze(own.path).path) == before
    forget(own.path, ["P2"])
    left = load_session(own.path)
    assert [p.participant for p in left.record.profiles] == ["P1"]
    forget(own.path, ["P1"])
    assert load_session(own.path).record.profiles == ()


def test_profile_survives_its_file_and_is_found_to_be_forgotten(tmp_path: Path) -> None:
    profile = made_profile("ef" * 32)
    path = write_profile(profile, tmp_path / "p.json")
    again = load_profile(path)
    assert profile_to_dict(again) == profile_to_dict(profile)
    np.testing.assert_array_equal(again.moved["labels.bias"], ADDED)
    found = find_profiles([tmp_path], media_sha256="ef" * 32, participants=["P1"])
    assert found == (path.resolve(),)
    path.write_text(path.read_text().replace('"shape": [\n    7', '"shape": [\n    8'))
    with pytest.raises(ProfileError, match="a damaged one"):
        load_profile(path)


def test_crops_cut_anew_read_as_they_did(synthetic_call: Path, plain: Session) -> None:
    media = open_media(synthetic_call / "recording" / "recording.mp4")
    who, probability = map(np.concatenate, zip(*image_rows(plain), strict=True))
    stored = probability[who == "P3"]
    rows = np.flatnonzero(~np.isnan(stored[:, 0]))[3::2]
    crops = cut_person(plain, media, "P3", rows)
    temperature = load_card("image_model").temperature
    np.testing.assert_allclose(
        softmax(image_logits(crops) / temperature, axis=1), stored[rows], atol=1e-4
    )
    assert len(rows) > 10
    assert not len(cut_person(plain, media, "P3", rows[:0]))


def test_recordings_are_known_by_their_content(
    synthetic_call: Path, plain: Session, tmp_path: Path
) -> None:
    recording = synthetic_call / "recording" / "recording.mp4"
    (found,) = open_recordings([recording], [plain])
    assert found.facts.sha256 == plain.record.media.sha256
    other = tmp_path / "recording.mp4"
    other.write_bytes(recording.read_bytes() + b"\0")
    for paths, said in (
        ([other], "recording 'recording.mp4', but got one of that name with another content"),
        ([], "but got none; give the file that was analysed"),
        ([recording, other], "must be of the sessions, but got recording.mp4"),
    ):
        with pytest.raises(UsageError, match=said):
            open_recordings(paths, [plain])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "the recordings of its sessions, but got none"),
        ({"recordings": ("a.mp4",), "adapter": "head"}, "but got recordings for another adapter"),
        ({"recordings": ("a.mp4",), "teacher": "online"}, "from the group where it is a fine-tune"),
    ],
)
def test_request_to_fine_tune_must_be_whole(change: dict, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Request("P1", **{"adapter": "fine-tune"} | change)
