"""Every number that a result depends on: one frozen dataclass for each stage.

``preset("paper")`` takes the choices of the study this package implements; where it gives no
number the value is ours and says so. ``preset("default")`` is what we would use.
"""

from __future__ import annotations

import dataclasses
import math
import tomllib
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, get_args, get_type_hints

import tomli_w

from groupaffect.errors import UsageError, sentence
from groupaffect.types import ImageNetworkName, LandmarkModelName, LandmarkNetworkName

Preset = Literal["paper", "default"]
PRESETS: tuple[Preset, ...] = ("default", "paper")


@dataclass(frozen=True, slots=True)
class Range:
    """What a number must lie within; it is part of the type of a settings field.

    Attributes
    ----------
    low, high : bounds that may be taken themselves.
    above : bound that may not be taken.
    """

    low: float = -math.inf
    high: float = math.inf
    above: float = -math.inf

    def holds(self, value: float) -> bool:
        """Return whether a number lies within; NaN and infinity never do."""
        return self.low <= value <= self.high and self.above < value < math.inf

    def words(self) -> str:
        """Return the range in words.

        Examples
        --------
        >>> Range(0, 1).words(), Range(above=0, high=1).words(), Range(low=2).words()
        ('within 0..1', 'above 0 and at most 1', '2 or more')
        """
        if self.above > -math.inf:
            most = f" and at most {self.high:g}" if self.high < math.inf else ""
            return f"above {self.above:g}{most}"
        if self.high < math.inf:
            return f"within {self.low:g}..{self.high:g}"
        return f"{self.low:g} or more"


# Types of the fields; every bound is what the field means, none is a matter of taste.
Share = Annotated[float, Range(0, 1)]
PositiveShare = Annotated[float, Range(above=0, high=1)]
Positive = Annotated[float, Range(above=0)]
NotNegative = Annotated[float, Range(0)]
Count = Annotated[int, Range(1)]
Whole = Annotated[int, Range(0)]


class _InRange:
    """Settings whose numbers are checked against the ``Range`` in their types."""

    __slots__ = ()

    def __post_init__(self) -> None:
        """Raise UsageError for a number outside its range."""
        for name, hint in get_type_hints(type(self), include_extras=True).items():
            for bounds in getattr(hint, "__metadata__", ()):
                value = getattr(self, name)
                if not bounds.holds(value):
                    raise out_of_range(name, wanted=bounds.words(), got=value)


def out_of_range(name: str, *, wanted: str, got: object) -> UsageError:
    """Return the error that says what a settings field may be.

    Examples
    --------
    >>> str(out_of_range("every", wanted="1 or more", got=0))
    '`every` must be 1 or more, but got 0; correct the setting.'
    """
    message = sentence(
        wanted=f"`{name}` must be {wanted}", got=f"{got}", remedy="correct the setting"
    )
    return UsageError(message)


@dataclass(frozen=True, slots=True)
class MediaSettings(_InRange):
    """What part of the recording is analysed."""

    start_s: NotNegative = 0.0  # s; frames before are skipped
    end_s: float | None = None  # s; frames at or after are skipped; None: to the end
    every: Count = 1  # analyse every n-th frame
    queue_mb: Count = 96  # MB of decoded frames that may wait; bounds memory

    def __post_init__(self) -> None:
        """Raise UsageError for a part that cannot hold a frame."""
        _InRange.__post_init__(self)
        if self.end_s is not None and not self.start_s < self.end_s < math.inf:
            wanted = f"after the start at {self.start_s:g} s"
            raise out_of_range("end_s", wanted=wanted, got=f"{self.end_s:g} s")


@dataclass(frozen=True, slots=True)
class FaceSettings(_InRange):
    """How faces are found and followed; all values ours, from trials on ``clips/faces``."""

    detect_every_s: NotNegative = 1.0  # s between fresh detections while all goes well
    retry_after_s: NotNegative = 0.2  # s between detections while a face is lost
    detector_tile_px: Count = 320  # a tile is scaled to about this width for detection (call)
    detector_room_px: Count = 640  # and a whole room to this
    detector_threshold: Share = 0.45  # least confidence of a detection
    face_threshold: Share = 0.5  # least face probability by the landmark network
    min_face_px: NotNegative = 24.0  # smaller boxes are not faces one can read
    same_face_iou: PositiveShare = 0.3  # least overlap of a track and a detection of one face
    retry_for_s: NotNegative = 5.0  # s of such detections; after that a face counts as gone
    rejoin_distance: NotNegative = 2.5  # face widths a lost face may have moved (room)
    confirm_after_s: NotNegative = 0.5  # s a new face must stay to become a participant (room)
    # "landmark_network_shape" places points that know nothing of expressions but where they are
    landmark_network: LandmarkNetworkName = "landmark_network"


@dataclass(frozen=True, slots=True)
class ExpressionSettings(_InRange):
    """How the two models read the faces."""

    min_quality: Share = 0.0  # faces below are not scored; 0..1
    image_network: ImageNetworkName = "image_model"  # "image_model_paper" in the preset "paper"


@dataclass(frozen=True, slots=True)
class SignalSettings(_InRange):
    """Per-second signals, change candidates and individual noise (METHODS 4 and 5)."""

    jump: Positive = 0.5  # Euclidean move of the probability vector that is a candidate (ours)
    jump_window_s: Count = 2  # s within which it must happen (ours)
    max_gap_s: Whole = 2  # s unseen across which before and after are still compared (ours)
    min_change_s: Count = 2  # s; shorter candidates are dismissed (ours)
    recurrence_s: Whole = 60  # s to look back for the same change (ours; the idea is the paper's)
    energy_share: PositiveShare = 0.95  # of the energy beyond the line that the DFT keeps (ours)
    # "pelt": events are found over the whole series (METHODS 5; docs/fusion.md: an eighth of the
    # false changes). What weights and kinds of group count, and a live picture, stay causal.
    change_detector: Literal["dominant", "pelt"] = "pelt"
    false_points_per_min: Positive = 0.1  # that PELT may find where nothing changes (ours)


@dataclass(frozen=True, slots=True)
class FusionSettings(_InRange):
    """Adaptive weights (paper 4.3; METHODS 6)."""

    rule: Literal["gate", "paper", "fixed"] = "gate"  # see docs/fusion.md; the paper's: "paper"
    initial_image_weight: Share = 0.5  # paper: both weights start at .5; the gate brings its own
    window_s: Count = 10  # s between steps (paper)
    count_window_s: Count = 60  # s over which changes are counted (paper: "each minute")
    step: Share = 0.05  # eta: weight for one standard deviation (ours)
    max_deviation: NotNegative = 2.0  # standard deviations at which the step is capped (ours)
    clamp: tuple[float, float] = (0.1, 0.9)  # lowest and highest weight (ours)

    def __post_init__(self) -> None:
        """Raise UsageError for numbers that leave no weights to choose from."""
        _InRange.__post_init__(self)
        if len(self.clamp) != 2 or not 0 <= self.clamp[0] <= self.clamp[1] <= 1:
            wanted = "two numbers within 0..1, the lower first"
            raise out_of_range("clamp", wanted=wanted, got=list(self.clamp))


@dataclass(frozen=True, slots=True)
class GroupSettings(_InRange):
    """Group emotion, group-wise events and kinds of group (METHODS 5, 7 and 8)."""

    tolerance_s: Whole = 2  # tau: s within which members change together (ours)
    dominant_share: PositiveShare = 0.8  # of the largest mean, to be dominant as well (ours)
    polarisation_min_members: Annotated[int, Range(2)] = 4  # below, two camps cannot be told (ours)
    kinds_window_s: Count = 600  # s over which a kind of group is judged (ours)
    kinds_step_s: Count = 300  # s from one such stretch to the next (ours)
    count_window_s: Count = 10  # s in which changes are counted (ours; the paper's step)
    settle_s: Whole = 60  # s seen before a window counts: what dismissal looks back (recurrence_s)
    min_shift_s: Count = 20  # s; shorter shifts are no independent groups (ours)
    n_lags: Annotated[int, Range(19)] = 999  # random lags of a group's null (Phipson & Smyth 2010)
    significance: PositiveShare = 0.05  # largest corrected p of a label (usual)
    min_visible_share: PositiveShare = 0.7  # of a stretch or window, to be judged in it (ours)
    unengaged_below: Share = 0.1  # upper bound of synchrony of who is unengaged (ours)
    min_windows: Count = 22  # count windows that a judgement needs: 19 shifts (METHODS 8)
    min_changes: Count = 15  # of a member, and of the others; below, bounds are too tight (ours)
    min_expressive_s: Count = 30  # s not neutral that homogeneity needs of a member (ours)


@dataclass(frozen=True, slots=True)
class PersonalSettings(_InRange):
    """How a profile of one person is made (METHODS 9); kept in the profile, not in sessions."""

    min_confidence: Share = 0.0  # of the group's likeliest emotion, to be a label (ours)
    min_visible_share: Share = 0.5  # of the others, for a second to have a label (ours)
    evidence_errors: NotNegative = 2.0  # standard errors by which a correction must gain (usual)
    pull: NotNegative = 0.1  # towards none, where no evidence can choose it (ours)
    faces_per_second: Count = 4  # of the person that a head is fitted on (ours: bounds time)
    min_label_s: Whole = 180  # s with a label; fewer are refused (ours: docs/personal.md)
    min_emotions: Count = 3  # that the labels show for ``min_emotion_s`` each (ours)
    min_emotion_s: Whole = 10  # s
    neutral_confidence: Share = 0.7  # with which models read neutral faces as neutral (ours)
    min_neutral_s: Count = 5  # s of rest that an offset from it needs (ours)
    online_step: NotNegative = 0.02  # nats a second at most (ours)
    online_bound: NotNegative = 2.0  # nats at most (ours)
    online_memory_s: Positive = 300.0  # time constant of what is compared (ours)
    online_fade_s: Positive = 600.0  # time constant of the way back (ours)


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

    @property
    def landmark_model(self) -> LandmarkModelName:
        """Return the model that learned to read the points of the chosen landmark network."""
        by_shape = self.faces.landmark_network == "landmark_network_shape"
        return "landmark_model_shape" if by_shape else "landmark_model"

    @property
    def expression_networks(self) -> tuple[str, str]:
        """Return the image and the landmark model's network, as ``stage/name``."""
        return (f"expression/{self.expression.image_network}", f"expression/{self.landmark_model}")

    @property
    def networks(self) -> tuple[str, ...]:
        """Return the networks that find and read a face, as ``stage/name``, in order.

        Examples
        --------
        >>> Settings().networks[0]
        'expression/image_model'
        """
        found_by = ("faces/centerface", f"faces/{self.faces.landmark_network}")
        return (*self.expression_networks, *found_by)


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
    if name == "paper":
        return Settings(
            preset="paper",
            expression=ExpressionSettings(image_network="image_model_paper"),
            signals=SignalSettings(change_detector="dominant"),
            fusion=FusionSettings(rule="paper"),
        )
    return Settings(preset="default")


# Sections that decide what the two models read; later stages start from what they read.
BEFORE_THE_MODELS = ("media", "faces", "expression")


def check_kept(settings: Settings, *, made: Settings) -> None:
    """Check that settings agree with those that an analysis was made with, up to the models.

    Raises
    ------
    UsageError : names the first field that differs.
    """
    for section in BEFORE_THE_MODELS:
        wanted, got = getattr(made, section), getattr(settings, section)
        for name in (f.name for f in dataclasses.fields(wanted)):
            if getattr(wanted, name) != getattr(got, name):
                message = sentence(
                    wanted=f"{section}.{name} must stay {getattr(wanted, name)} in a reanalysis",
                    got=f"{getattr(got, name)}",
                    remedy="leave it out, or analyse the recording again",
                )
                raise UsageError(message)


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
    UsageError : a section or field is unknown, or a value has the wrong type or range.

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
    wanted = getattr(hint, "__name__", hint)
    if options and all(isinstance(option, str) for option in options):
        fits, wanted = value in options, f"one of {', '.join(options)}"
    elif hint is float or float in options:
        is_pair = isinstance(value, tuple) and [*map(_is_number, value)] == [True, True]
        is_number = _is_number(value)
        fits = is_pair if hint is not float and type(None) not in options else is_number
    else:
        fits = isinstance(value, hint) and not isinstance(value, bool)
    if not fits:
        raise UsageError(
            sentence(
                wanted=f"{section}.{name} must be {wanted}",
                got=repr(value),
                remedy="correct the value",
            )
        )
    return float(value) if hint is float else value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def settings_to_toml(settings: Settings) -> str:
    """Write settings as TOML.

    Examples
    --------
    >>> settings_from_toml(settings_to_toml(preset("paper"))) == preset("paper")
    True
    """
    return tomli_w.dumps(settings_to_dict(settings))


def settings_from_toml(text: str, *, made: Settings | None = None) -> Settings:
    """Read settings from TOML.

    Parameters
    ----------
    made : settings of an analysis that is computed again; what is left out of the sections
        before the models keeps their value.

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
    if made is not None:
        kept = {name: settings_to_dict(made)[name] for name in BEFORE_THE_MODELS}
        own = {name: values[name] for name in kept if isinstance(values.get(name), dict)}
        values = kept | values | {name: kept[name] | given for name, given in own.items()}
    return settings_from_dict(values)
