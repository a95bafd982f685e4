"""From stored sessions to a profile and back: what is learned, refused, kept and forgotten."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import groupaffect
from groupaffect.errors import (
    InsufficientDataError,
    OutputError,
    ProfileError,
    UnreadableSessionError,
    UsageError,
)
from groupaffect.forgetting import forget
from groupaffect.fusion.mix import fuse
from groupaffect.group_lessons import MembersRead
from groupaffect.person_profile import PersonProfile
from groupaffect.personalization import Request, open_sessions, teach_person
from groupaffect.profile_files import load_profile, write_profile
from groupaffect.profile_notation import profile_to_dict
from groupaffect.reanalysis import reanalyze, undo_reanalysis
from groupaffect.session import Session, load_session
from groupaffect.settings import PersonalSettings, Settings
from reference.folded_session import table_bytes
from reference.personal_session import CHUNK_S, SAD, make_group_readings, make_truth, write_personal

N_S = 480
TRUTH = make_truth(N_S)


@pytest.fixture(autouse=True)
def no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    def write(session: Session) -> None:
        (session.path / "report.html").write_text("r")

    for module in ("reanalysis", "forgetting"):
        monkeypatch.setattr(f"groupaffect.{module}.write_report", write)


@pytest.fixture(autouse=True)
def even_fusion(monkeypatch: pytest.MonkeyPatch) -> None:
    """Adaptive fusion of the others has its own tests; with types checked, it takes long."""

    def fuse_evenly(read: MembersRead, settings: Settings) -> np.ndarray:
        return fuse(read.image, read.landmark, 0.5)

    monkeypatch.setattr("groupaffect.group_lessons.fuse_read", fuse_evenly)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("personal") / "s"
    return write_personal(folder, make_group_readings(TRUTH), folded=True).path


@pytest.fixture
def session(tmp_path: Path, template: Path) -> Path:
    return shutil.copytree(template, tmp_path / "s")


@pytest.fixture(scope="module")
def profiles(template: Path) -> dict[str, PersonProfile]:
    return {
        adapter: groupaffect.personalize(template, participant="P1", adapter=adapter)
        for adapter in ("offset", "head")
    }


def sad_share(session: Session) -> float:
    fused = session.analysis().signal("P1", "fused").probability[N_S // 2 + 60 :]
    return float(np.nanmean(fused[:, SAD]))


def test_personalize_finds_what_was_added(profiles: dict[str, PersonProfile]) -> None:
    for profile in profiles.values():
        for shift in profile.shift.values():
            assert int(shift.bias.argmin()) == SAD
            assert -2.6 < shift.bias[SAD] - np.delete(shift.bias, SAD).mean() < -1.2
    assert profiles["head"].needs_embeddings
    assert not profiles["offset"].needs_embeddings
    (origin,) = profiles["offset"].origins
    assert origin.train_s == ((0.0, N_S / 2),)
    assert origin.gap_s == 60
    assert sum(origin.label_s.values()) == N_S // 2
    assert origin.low > 0


def test_profile_of_somebody_else_in_the_recording_is_told(
    session: Path, profiles: dict[str, PersonProfile]
) -> None:
    own = reanalyze(session, profiles={"P1": profiles["offset"]})
    assert not any("was learned from" in warning for warning in own.warnings)
    other = reanalyze(session, profiles={"P2": profiles["offset"]}, without_profiles=["P1"])
    told = "The profile for P2 was learned from another id of this recording"
    assert any(told in warning for warning in other.warnings)


@pytest.mark.parametrize("adapter", ["offset", "head"])
def test_reanalyze_applies_a_profile_and_takes_it_away(
    session: Path, profiles: dict[str, PersonProfile], adapter: str
) -> None:
    before = table_bytes(session)
    rows = (session / "faces.parquet").read_bytes()
    plain = sad_share(load_session(session))
    done = reanalyze(session, profiles={"P1": profiles[adapter]})
    assert sad_share(done) < 0.7 * plain
    assert (session / "faces.parquet").read_bytes() == rows, "what the shared models read stays"
    assert "Readings of P1 are corrected" in done.warnings[0]
    again = reanalyze(session)
    assert table_bytes(session) != before
    assert [p.participant for p in again.record.profiles] == ["P1"]
    assert sad_share(again) == sad_share(done), "a session keeps its profiles"
    assert table_bytes(reanalyze(session, without_profiles=["P1"]).path) == before
    assert undo_reanalysis(session).record.profiles


def test_profiles_go_with_ids_that_are_merged_away_and_forgotten(
    session: Path, profiles: dict[str, PersonProfile]
) -> None:
    both = {"P1": profiles["offset"], "P3": profiles["offset"]}
    assert len(reanalyze(session, profiles=both).record.profiles) == 2
    merged = reanalyze(session, merge="P2,P3")
    assert [p.participant for p in merged.record.profiles] == ["P1"]
    found = forget(session, ["P1"])
    assert not found.traces.found
    assert load_session(session).record.profiles == ()


def test_forget_keeps_the_embeddings_of_the_others_alone(session: Path) -> None:
    forget(session, ["P2"])
    left = load_session(session)
    assert left.has_embeddings
    people = set()
    for stretch, image, _ in left.iterate_readings(with_embeddings=True):
        people |= set(stretch.faces.participant.tolist())
        assert image.embedding is not None
        assert np.isfinite(image.embedding).all()
    assert people == {"P1", "P3", "P4"}


def test_profile_survives_its_file(tmp_path: Path, profiles: dict[str, PersonProfile]) -> None:
    for name, profile in profiles.items():
        path = write_profile(profile, tmp_path / "deep" / f"{name}.json")
        again = load_profile(path)
        assert profile_to_dict(again) == profile_to_dict(profile)
        for model, shift in profile.shift.items():
            np.testing.assert_array_equal(again.shift[model].bias, shift.bias)
            np.testing.assert_array_equal(again.shift[model].weight, shift.weight)
        assert path.stat().st_size < 20_000


def test_personalize_is_the_same_twice_and_writes_nothing_twice(
    session: Path, tmp_path: Path
) -> None:
    paths = [tmp_path / "a.json", tmp_path / "b.json"]
    for path in paths:
        groupaffect.personalize(session, participant="P1x", output=path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    with pytest.raises(OutputError, match="needs a free place"):
        groupaffect.personalize(session, participant="P1", output=paths[0])


def test_several_sessions_count_together(session: Path, tmp_path: Path) -> None:
    other = write_personal(tmp_path / "t", make_group_readings(make_truth(N_S, seed=4), seed=5))
    profile = groupaffect.personalize([session, other.path], participant="P1", fraction=0.6)
    assert [sum(o.label_s.values()) for o in profile.origins] == [288, 288]
    with pytest.raises(UsageError, match="one twice"):
        groupaffect.personalize([session, session], participant="P1")


def test_neutral_stretch_teaches_an_offset_without_a_group(
    session: Path,
) -> None:
    rest = np.flatnonzero(TRUTH[:, 0] == 6)
    runs = np.split(rest, np.flatnonzero(np.diff(rest) > 1) + 1)
    stretches = tuple((float(r[0]), float(r[-1] + 1)) for r in runs[:4])
    profile = groupaffect.personalize(
        session, participant="P1", teacher="neutral", neutral=stretches
    )
    assert all(int(shift.bias.argmin()) == SAD for shift in profile.shift.values())
    with pytest.raises(InsufficientDataError, match="only 2 s of rest"):
        groupaffect.personalize(session, participant="P1", teacher="neutral", neutral=((0.0, 2.0),))


def test_online_teaches_an_offset_to_people_who_are_not_alike(tmp_path: Path) -> None:
    readings = make_group_readings(make_truth(N_S, together=False))
    apart = write_personal(tmp_path / "s", readings).path
    with pytest.raises(InsufficientDataError, match="the group is not homogeneous"):
        groupaffect.personalize(apart, participant="P1")
    profile = groupaffect.personalize(apart, participant="P1", teacher="online")
    assert all(int(shift.bias.argmin()) == SAD for shift in profile.shift.values())


def test_anyway_is_recorded(tmp_path: Path) -> None:
    readings = make_group_readings(make_truth(N_S, together=False))
    apart = write_personal(tmp_path / "s", readings).path
    profile = groupaffect.personalize(apart, participant="P1", anyway=True)
    assert "the group is not homogeneous (alike by" in profile.objections[0]


def test_short_and_narrow_sessions_are_refused_with_numbers(tmp_path: Path) -> None:
    truth = TRUTH[:200].copy()
    truth[truth == 4] = 3
    truth[truth == 5] = 6
    short = write_personal(tmp_path / "s", make_group_readings(truth)).path
    with pytest.raises(InsufficientDataError) as raised:
        groupaffect.personalize(short, participant="P1", output=tmp_path / "p.json")
    said = str(raised.value)
    assert "cannot be judged homogeneous (10 windows seen together, of 22 needed)" in said
    assert "only 100 s have a label, of 180 needed" in said
    assert "only 2 emotions are shown for 10 s or more, of 3 needed" in said
    assert said.endswith(".")
    assert "\n" not in said
    assert not (tmp_path / "p.json").exists()


def test_one_emotion_or_none_teaches_nothing_even_anyway(tmp_path: Path) -> None:
    smile = np.full((120, 4), 3)
    happy = write_personal(tmp_path / "h", make_group_readings(smile, sadness=0.0)).path
    with pytest.raises(InsufficientDataError, match="only one emotion, happy, in 60 s of labels"):
        groupaffect.personalize(happy, participant="P1", anyway=True)
    with pytest.raises(InsufficientDataError, match="no second of the training part has a label"):
        groupaffect.personalize(happy, participant="P1", anyway=True, stretches=((0.2, 0.9),))


def test_a_head_needs_embeddings(tmp_path: Path, profiles: dict[str, PersonProfile]) -> None:
    readings = make_group_readings(TRUTH, with_embeddings=False)
    bare = write_personal(tmp_path / "s", readings).path
    assert not load_session(bare).has_embeddings
    before = table_bytes(bare)
    with pytest.raises(UsageError, match="needs the embeddings"):
        groupaffect.personalize(bare, participant="P1", adapter="head")
    with pytest.raises(UsageError, match="needs the embeddings"):
        reanalyze(bare, profiles={"P1": profiles["head"]})
    assert table_bytes(bare) == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"participant": "P9"}, "`P9` must be in the session, but got P1, P2, P3, P4"),
        ({"teacher": "neutral"}, "but got none; name them, like `--neutral 10-40`"),
        ({"neutral": ((0.0, 9.0),)}, "got the teacher group; add `--teacher neutral`"),
        (
            {"teacher": "online", "adapter": "head"},
            "from the group where it is a head, but got online",
        ),
        ({"fraction": 2.0}, "a fraction above 0 and at most 1"),
    ],
)
def test_personalize_refuses_wrong_use(session: Path, change: dict, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        groupaffect.personalize(session, **{"participant": "P1"} | change)


def test_personalize_refuses_what_is_no_session(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSessionError):
        groupaffect.personalize(tmp_path, participant="P1")
    with pytest.raises(UsageError, match="but got none"):
        groupaffect.personalize([], participant="P1")


def test_profiles_of_other_networks_are_refused(
    session: Path, profiles: dict[str, PersonProfile]
) -> None:
    networks = dict(profiles["offset"].networks) | {"expression/image_model": "0" * 64}
    with pytest.raises(ProfileError, match="of the networks that read the faces"):
        reanalyze(session, profiles={"P1": replace(profiles["offset"], networks=networks)})
    with pytest.raises(UsageError, match="`P9` must be one of the participants P1, P2, P3, P4"):
        reanalyze(session, profiles={"P9": profiles["offset"]})
    with pytest.raises(UsageError, match="`P2` must be a participant with a profile"):
        reanalyze(session, without_profiles=["P2"])


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda text: "", "must be JSON"),
        (lambda text: "[" * 100_000, "must be JSON"),
        (lambda text: "{}", "a profile of groupaffect, but got another file"),
        (lambda text: text[: len(text) // 2], "must be JSON"),
        (lambda text: text.replace('"P1"', '"P2"', 1), "a damaged one"),
        (lambda text: text.replace('"version": 1', '"version": 2'), "of version 1, but got 2"),
        (lambda text: text.replace('"sad"', '"sorrow"', 1), "of the labels angry"),
    ],
)
def test_damaged_profiles_are_refused_in_one_sentence(
    tmp_path: Path, profiles: dict[str, PersonProfile], spoil: Callable[[str], str], said: str
) -> None:
    path = write_profile(profiles["offset"], tmp_path / "p.json")
    path.write_text(spoil(path.read_text()))
    with pytest.raises(ProfileError, match=said) as raised:
        load_profile(path)
    assert "\n" not in str(raised.value)


def test_a_profile_with_a_right_checksum_but_wrong_arrays_is_refused(
    tmp_path: Path, profiles: dict[str, PersonProfile]
) -> None:
    from groupaffect import profile_notation

    values = profile_to_dict(profiles["offset"])
    values["shift"]["image"]["bias"] = values["shift"]["image"]["bias"][:8]
    own = {key: value for key, value in values.items() if key != "sha256"}
    values["sha256"] = profile_notation._checksum(own)
    (tmp_path / "p.json").write_text(json.dumps(values))
    with pytest.raises(ProfileError, match="a damaged one"):
        load_profile(tmp_path / "p.json")


def test_missing_profile_says_so(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="No such file"):
        load_profile(tmp_path / "none.json")


def test_held_out_seconds_do_not_change_a_profile(tmp_path: Path, template: Path) -> None:
    readings = make_group_readings(TRUTH)
    kept = readings[: N_S // 2 // CHUNK_S]
    later = make_group_readings(make_truth(N_S, seed=8), seed=9)[N_S // 2 // CHUNK_S :]
    other = write_personal(tmp_path / "s", [*kept, *later])
    request = Request("P1", settings=PersonalSettings())
    profiles = [
        teach_person(open_sessions(folder), request)[0] for folder in (template, other.path)
    ]
    for model in profiles[0].shift:
        np.testing.assert_array_equal(*(p.shift[model].bias for p in profiles))
