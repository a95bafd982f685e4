"""Every number of the settings has a range, and every way in keeps to it."""

from __future__ import annotations

import dataclasses
import math

import pytest

from groupaffect.errors import UsageError
from groupaffect.settings import (
    FaceSettings,
    FusionSettings,
    GroupSettings,
    MediaSettings,
    Range,
    Settings,
    SignalSettings,
    preset,
    settings_from_dict,
    settings_from_toml,
    settings_to_toml,
)

SECTIONS = [f.name for f in dataclasses.fields(Settings) if f.name != "preset"]
NUMBERS = [
    (section, f.name)
    for section in SECTIONS
    for f in dataclasses.fields(getattr(preset(), section))
    if isinstance(getattr(getattr(preset(), section), f.name), int | float)
]

OUTSIDE = [
    ("media", "start_s", -1.0, "0 or more, but got -1.0"),
    ("media", "end_s", 0.0, "after the start at 0 s, but got 0 s"),
    ("media", "end_s", math.inf, "after the start at 0 s, but got inf s"),
    ("media", "every", 0, "1 or more, but got 0"),
    ("media", "queue_mb", 0, "1 or more, but got 0"),
    ("faces", "detector_threshold", 1.5, "within 0..1, but got 1.5"),
    ("faces", "same_face_iou", 0.0, "above 0 and at most 1, but got 0.0"),
    ("expression", "min_quality", -0.1, "within 0..1, but got -0.1"),
    ("signals", "jump", 0.0, "above 0, but got 0.0"),
    ("signals", "energy_share", 0.0, "above 0 and at most 1, but got 0.0"),
    ("signals", "max_gap_s", -1, "0 or more, but got -1"),
    ("fusion", "window_s", 0, "1 or more, but got 0"),
    ("fusion", "count_window_s", 0, "1 or more, but got 0"),
    ("fusion", "initial_image_weight", 3.0, "within 0..1, but got 3.0"),
    ("fusion", "clamp", (0.9, 0.1), "the lower first, but got [0.9, 0.1]"),
    ("fusion", "clamp", (-0.1, 0.9), "two numbers within 0..1"),
    ("fusion", "clamp", (0.1, math.nan), "two numbers within 0..1"),
    ("group", "tolerance_s", -3, "0 or more, but got -3"),
    ("group", "polarisation_min_members", 1, "2 or more, but got 1"),
]
IDS = [f"{name}={value}" for _, name, value, _ in OUTSIDE]


def set_number(section: str, name: str, value: object) -> object:
    return dataclasses.replace(getattr(preset(), section), **{name: value})


@pytest.mark.parametrize(("section", "name", "value", "words"), OUTSIDE, ids=IDS)
def test_number_outside_its_range_is_refused(
    section: str, name: str, value: object, words: str
) -> None:
    with pytest.raises(UsageError) as caught:
        set_number(section, name, value)
    assert f"`{name}` must be " in str(caught.value)
    assert words in str(caught.value)
    assert str(caught.value).endswith("; correct the setting.")


@pytest.mark.parametrize(("section", "name", "value", "words"), OUTSIDE, ids=IDS)
def test_number_outside_its_range_in_a_file_is_refused(
    section: str, name: str, value: object, words: str
) -> None:
    given = list(value) if isinstance(value, tuple) else value
    with pytest.raises(UsageError) as caught:
        settings_from_toml(f"[{section}]\n{name} = {given}")
    assert words in str(caught.value)


@pytest.mark.parametrize(("section", "name"), NUMBERS)
def test_no_number_may_be_nan_infinite_or_negative(section: str, name: str) -> None:
    is_whole = isinstance(getattr(getattr(preset(), section), name), int)
    for value in [-1, -2] if is_whole else [math.nan, math.inf, -math.inf, -1e-9]:
        with pytest.raises(UsageError, match=f"`{name}` must be"):
            set_number(section, name, value)


def test_every_number_is_in_a_section() -> None:
    assert len(NUMBERS) == 42


def test_bounds_themselves_are_taken() -> None:
    MediaSettings(start_s=0.0, end_s=1e-3, every=1, queue_mb=1)
    FaceSettings(detector_threshold=0.0, face_threshold=1.0, same_face_iou=1.0)
    SignalSettings(max_gap_s=0, recurrence_s=0, energy_share=1.0, min_change_s=1)
    FusionSettings(clamp=(0.0, 1.0), initial_image_weight=1.0, window_s=1, step=0.0)
    FusionSettings(clamp=(0.5, 0.5))
    GroupSettings(tolerance_s=0, dominant_share=1.0, polarisation_min_members=2)


def test_end_not_after_a_later_start_is_refused() -> None:
    with pytest.raises(UsageError, match=r"`end_s` must be after the start at 2 s, but got 2 s"):
        MediaSettings(start_s=2.0, end_s=2.0)


@pytest.mark.parametrize("value", [True, "ten", [10], 1.5], ids=str)
def test_whole_number_of_another_type_is_refused(value: object) -> None:
    with pytest.raises(UsageError, match=r"fusion\.window_s must be int"):
        settings_from_dict({"fusion": {"window_s": value}})


@pytest.mark.parametrize(
    "value", [0.5, [0.1], [0.1, 0.5, 0.9], [True, 0.9], ["low", "high"]], ids=str
)
def test_clamp_of_another_type_is_refused(value: object) -> None:
    with pytest.raises(UsageError, match=r"fusion\.clamp must be"):
        settings_from_dict({"fusion": {"clamp": value}})


def test_settings_as_toml_come_back_the_same() -> None:
    settings = dataclasses.replace(
        preset("paper"),
        media=MediaSettings(start_s=1.5, end_s=9.0, every=3),
        fusion=FusionSettings(rule="fixed", clamp=(0.2, 0.7)),
    )
    assert settings_from_toml(settings_to_toml(settings)) == settings


def test_points_are_read_by_the_model_that_learned_from_such_points() -> None:
    assert preset().landmark_model == "landmark_model"
    by_shape = settings_from_dict({"faces": {"landmark_network": "landmark_network_shape"}})
    assert by_shape.landmark_model == "landmark_model_shape"


def test_unknown_section_or_field_is_refused() -> None:
    with pytest.raises(UsageError, match="settings have the sections"):
        settings_from_dict({"fuzion": {}})
    with pytest.raises(UsageError, match="the section fusion has the fields rule"):
        settings_from_dict({"fusion": {"stepp": 0.1}})


@pytest.mark.parametrize("value", [-1.0, 0.0, 0.5, 1.0, 1.5, math.inf, -math.inf, math.nan])
def test_range_holds_what_its_words_say(value: float) -> None:
    assert Range(0, 1).holds(value) == (value in (0.0, 0.5, 1.0))
    assert Range(above=0).holds(value) == (value in (0.5, 1.0, 1.5))
    assert Range(low=1).holds(value) == (value in (1.0, 1.5))


def test_word_that_is_none_of_the_options_names_them() -> None:
    words = r"signals.change_detector must be one of dominant, pelt, but got 'magic'"
    with pytest.raises(UsageError, match=words):
        settings_from_dict({"signals": {"change_detector": "magic"}})
