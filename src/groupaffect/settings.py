"""Every number that a result depends on: one frozen dataclass for each stage.

``preset("paper")`` takes the choices of the study this package implements; where it gives no
number the value is ours and says so. ``preset("default")`` is what we would use.
"""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import dataclass, field
from typing import Any, Literal, get_args, get_type_hints

import tomli_w

from groupaffect.errors import UsageError, sentence

Preset = Literal["paper", "default"]
PRESETS: tuple[Preset, ...] = ("default", "paper")


@dataclass(frozen=True, slots=True)
class MediaSettings:
    """What part of the recording is analysed."""

    start_s: float = 0.0  # s; frames before are skipped
    end_s: float | None = None  # s; frames at or after are skipped; None: to the end
    every: int = 1  # analyse every n-th frame
    queue_mb: int = 96  # MB of decoded frames that may wait; bounds memory


@dataclass(frozen=True, slots=True)
class FaceSettings:
    """How faces are found and followed; all values ours, from trials on ``clips/faces``."""

    detect_every_s: float = 1.0  # s between fresh detections while all goes well
    retry_after_s: float = 0.2  # s between detections while a face is lost
    detector_tile_px: int = 320  # a tile is scaled to about this width for detection (call)
    detector_room_px: int = 640  # and a whole room to this
    detector_threshold: float = 0.45  # least confidence of a detection
    face_threshold: float = 0.5  # least face probability by the landmark network
    min_face_px: float = 24.0  # smaller boxes are not faces one can read
    same_face_iou: float = 0.3  # least overlap of a track and a detection of one face
    retry_for_s: float = 5.0  # s of such detections; after that a face counts as gone
    rejoin_distance: float = 2.5  # face widths a lost face may have moved and be the same (room)
    confirm_after_s: float = 0.5  # s a new face must stay to become a participant (room)
    n_layout_probes: int = 16  # frames looked at to find a call's tiles


@dataclass(frozen=True, slots=True)
class ExpressionSettings:
    """How the two models read the faces."""

    batch: int = 32  # faces scored together
    min_quality: float = 0.0  # faces below are not scored; 0..1


@dataclass(frozen=True, slots=True)
class SignalSettings:
    """Per-second signals, change candidates and individual noise (METHODS 4 and 5)."""

    jump: float = 0.5  # Euclidean move of the probability vector that is a candidate (ours)
    jump_window_s: int = 2  # s within which it must happen (ours)
    max_gap_s: int = 2  # s unseen across which before and after are still compared (ours)
    min_change_s: int = 2  # s; shorter candidates are dismissed (ours)
    recurrence_s: int = 60  # s to look back for the same change (ours; the idea is the paper's)
    energy_share: float = 0.95  # of the energy left after mean and line that the DFT keeps (ours)


@dataclass(frozen=True, slots=True)
class FusionSettings:
    """Adaptive weights (paper 4.3; METHODS 6)."""

    rule: Literal["paper", "fixed"] = "paper"
    initial_image_weight: float = 0.5  # paper: both weights start at .5
    window_s: int = 10  # s between steps (paper)
    count_window_s: int = 60  # s over which changes are counted (paper: "each minute")
    step: float = 0.05  # eta: weight for one standard deviation (ours)
    max_deviation: float = 2.0  # standard deviations at which the step is capped (ours)
    clamp: tuple[float, float] = (0.1, 0.9)  # lowest and highest weight (ours)


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """Group emotion and group-wise events (METHODS 5 and 7)."""

    tolerance_s: int = 2  # tau: s within which members change together (ours)
    dominant_share: float = 0.8  # of the largest mean, to be dominant as well (ours)
    polarisation_min_members: int = 4  # below, two camps cannot be told (ours)


@dataclass(frozen=True, slots=True)
class Settings:
    """All stages together; echoed into each session."""

    preset: Preset = "default"
    media: MediaSettings = field(default_factory=MediaSettings)
    faces: FaceSettings = field(default_factory=FaceSettings)
    expression: ExpressionSettings = field(default_factory=ExpressionSettings)
    signals: SignalSettings = field(default_factory=SignalSettings)
    fusion: FusionSettings = field(default_factory=FusionSettings)
    group: GroupSettings = field(default_factory=GroupSettings)


def preset(name: str = "default") -> Settings:
    """Return a named set of settings.

    Raises
    ------
    UsageError : no preset has that name.

    Examples
    --------
    >>> preset("paper").fusion.window_s
    10
    """
    if name not in PRESETS:
        message = sentence(
            wanted=f"the preset must be one of {', '.join(PRESETS)}",
            got=repr(name),
            remedy="choose one of these",
        )
        raise UsageError(message)
    return Settings(preset=name)


def settings_to_dict(settings: Settings) -> dict[str, Any]:
    """Return plain nested dictionaries, for JSON and TOML; ``None`` values are left out.

    Examples
    --------
    >>> settings_to_dict(preset())["fusion"]["clamp"]
    [0.1, 0.9]
    """

    def plain(value: Any) -> Any:  # noqa: ANN401
        if dataclasses.is_dataclass(value):
            pairs = ((f.name, getattr(value, f.name)) for f in dataclasses.fields(value))
            return {name: plain(inner) for name, inner in pairs if inner is not None}
        return list(value) if isinstance(value, tuple) else value

    result: dict[str, Any] = plain(settings)
    return result


def settings_from_dict(values: dict[str, Any]) -> Settings:
    """Build settings from nested dictionaries; what is left out keeps the preset's value.

    Raises
    ------
    UsageError : a section or field is unknown, or a value has the wrong type.

    Examples
    --------
    >>> settings_from_dict({"fusion": {"step": 0.1}}).fusion.step
    0.1
    """
    base = preset(values.get("preset", "default"))
    changed = {}
    for section, given in values.items():
        if section == "preset":
            continue
        current = getattr(base, section, None)
        if current is None or not isinstance(given, dict):
            known = ", ".join(f.name for f in dataclasses.fields(base))
            raise UsageError(
                sentence(
                    wanted=f"settings have the sections {known}",
                    got=repr(section),
                    remedy="correct the section's name",
                )
            )
        hints = get_type_hints(type(current))
        checked = {name: _checked(section, name, value, hints) for name, value in given.items()}
        changed[section] = dataclasses.replace(current, **checked)
    return dataclasses.replace(base, **changed)


def _checked(section: str, name: str, value: Any, hints: dict[str, Any]) -> Any:  # noqa: ANN401
    if name not in hints:
        raise UsageError(
            sentence(
                wanted=f"the section {section} has the fields {', '.join(hints)}",
                got=repr(name),
                remedy="correct the field's name",
            )
        )
    value = tuple(value) if isinstance(value, list) else value
    hint = hints[name]
    options = get_args(hint)
    if options and all(isinstance(option, str) for option in options):
        fits = value in options
    elif hint is float or float in options:
        is_pair = isinstance(value, tuple) and all(isinstance(v, int | float) for v in value)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        fits = is_pair if hint is not float and type(None) not in options else is_number
    else:
        fits = isinstance(value, hint) and not isinstance(value, bool)
    if not fits:
        raise UsageError(
            sentence(
                wanted=f"{section}.{name} must be {getattr(hint, '__name__', hint)}",
                got=repr(value),
                remedy="correct the value",
            )
        )
    return float(value) if hint is float else value


def settings_to_toml(settings: Settings) -> str:
    """Write settings as TOML.

    Examples
    --------
    >>> settings_from_toml(settings_to_toml(preset("paper"))) == preset("paper")
    True
    """
    return tomli_w.dumps(settings_to_dict(settings))


def settings_from_toml(text: str) -> Settings:
    """Read settings from TOML.

    Raises
    ------
    UsageError : not TOML, or not settings.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            sentence(wanted="settings must be TOML", got=f"text with {error}", remedy="correct it")
        ) from error
    return settings_from_dict(values)
