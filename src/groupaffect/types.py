"""The values that stages exchange: frozen structs of arrays, checked when made.

Letters in shapes: n rows (one face in one frame), t seconds, w windows, p participants;
7 emotions in the order of ``EMOTIONS``. Time is float64 seconds from the start of the
media. What is missing is NaN, never 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from typing import Any, Literal, Protocol, get_args, runtime_checkable

import numpy as np
from jaxtyping import Bool, Float, Int, Int8, Shaped, UInt8

from groupaffect.errors import UsageError, sentence
from groupaffect.value_checks import check_distributions, check_shapes

Emotion = Literal["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]
EMOTIONS: tuple[Emotion, ...] = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")

Model = Literal["image", "landmark"]
MODELS: tuple[Model, ...] = ("image", "landmark")

# Which image network reads the pixels: ours, or the paper's kind of network.
ImageNetworkName = Literal["image_model", "image_model_paper"]
# The second of each never saw a label of expressions while it learned where points are.
LandmarkNetworkName = Literal["landmark_network", "landmark_network_shape"]
LandmarkModelName = Literal["landmark_model", "landmark_model_shape"]

Source = Literal["image", "landmark", "fused"]
SOURCES: tuple[Source, ...] = ("image", "landmark", "fused")

EventKind = Literal["group", "individual", "dismissed"]
Members = Literal["all", "engaged"]
GroupKind = Literal[
    "unengaged", "engaged", "synchronous", "homogeneous", "undetermined", "insufficient_data"
]
GROUP_KINDS: tuple[GroupKind, ...] = get_args(GroupKind)
Measure = Literal["synchrony", "homogeneity"]
UNDETERMINED = -1  # neither engaged (1) nor unengaged (0)
NO_CAMP = -1
Context = Literal["research", "clinical", "self", "other", "not declared"]
OverlayStyle = Literal["plain", "blurred", "no-pixels"]


@runtime_checkable  # so that tests can check it
class Hook(Protocol):
    """What is told about progress; command line, web page and tests each bring their own."""

    def __call__(self, step: str, *, completed: float, total: float | None) -> None:
        """Note that ``completed`` of ``total`` seconds of media have passed ``step``."""


def silent(step: str, *, completed: float, total: float | None) -> None:
    """Ignore progress."""


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What a recording says about itself, and what was found on reading it.

    Attributes
    ----------
    name : file or folder name, without its path.
    sha256 : of the file's bytes (for a folder: of its files' hashes in order).
    duration_s, n_frames_declared : by the container; None where it does not say.
    rate_hz : average frame rate as the container states it; for display only.
    width_px, height_px : of the upright picture (rotation applied).
    """

    name: str
    sha256: str
    container: str
    codec: str
    width_px: int
    height_px: int
    duration_s: float | None
    n_frames_declared: int | None
    rate_hz: Fraction | None
    rotation_deg: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """One decoded picture, kept in the decoder's own layout until a consumer needs pixels.

    Attributes
    ----------
    index : position among the decoded frames of the media, from 0.
    time_s : presentation time, float64 seconds from the start of the media.
    width_px, height_px : of the upright picture.
    grey : (height, width) uint8 luma, 0..255.
    render : returns the picture as (height, width, 3) uint8 RGB at a wanted size; see ``rgb``.
    """

    index: int
    time_s: float
    grey: UInt8[np.ndarray, "height width"]
    render: Callable[[int, int], UInt8[np.ndarray, "h w 3"]]

    @property
    def width_px(self) -> int:
        """Width of the upright picture."""
        return int(self.grey.shape[1])

    @property
    def height_px(self) -> int:
        """Height of the upright picture."""
        return int(self.grey.shape[0])

    def rgb(
        self, width_px: int | None = None, height_px: int | None = None
    ) -> UInt8[np.ndarray, "h w 3"]:
        """Return the picture in colour, scaled where a size is given."""
        return self.render(width_px or self.width_px, height_px or self.height_px)


@dataclass(frozen=True, slots=True)
class FaceObservations:
    """Every participant in every frame of a stretch: n rows, frames in order.

    A participant who is not seen keeps the row: ``success`` False, floats NaN.

    Attributes
    ----------
    frame_index : (n,) and time_s : (n,) float64 seconds.
    participant : (n,) ids such as "P1".
    box_xyxy_px : (n, 4) box around the landmarks.
    landmark_xy_px : (n, 68, 2) iBUG points in pixels of the frame.
    detection_confidence : (n,) 0..1, that this is a face.
    quality : (n,) 0..1, how far the pixels can be relied on.
    success : (n,) whether the face was seen.
    aligned_grey : (n, 48, 48) uint8 faces cut by ``IMAGE_FRAME``; zeros where not seen.
        They live only from one stage to the next and are never stored.
    tile_row_column : (n, 2) the call's tile that the face is in, from 1; 0 in none or a room.
    """

    frame_index: Int[np.ndarray, " n"]
    time_s: Float[np.ndarray, " n"]
    participant: Shaped[np.ndarray, " n"]
    box_xyxy_px: Float[np.ndarray, "n 4"]
    landmark_xy_px: Float[np.ndarray, "n 68 2"]
    detection_confidence: Float[np.ndarray, " n"]
    quality: Float[np.ndarray, " n"]
    success: Bool[np.ndarray, " n"]
    aligned_grey: UInt8[np.ndarray, "n side side"] | None = None
    tile_row_column: Int[np.ndarray, "n 2"] | None = None

    def __post_init__(self) -> None:
        """Check shapes."""
        check_shapes(
            self,
            frame_index=("n",),
            time_s=("n",),
            participant=("n",),
            box_xyxy_px=("n", 4),
            landmark_xy_px=("n", 68, 2),
            detection_confidence=("n",),
            quality=("n",),
            success=("n",),
            aligned_grey=("n", "side", "side"),
            tile_row_column=("n", 2),
        )

    def __len__(self) -> int:
        return len(self.frame_index)

    def where(self, chosen: np.ndarray) -> FaceObservations:
        """Return the chosen rows (a mask or indices)."""
        columns = ((column.name, getattr(self, column.name)) for column in fields(self))
        rows: dict[str, Any] = {k: None if v is None else v[chosen] for k, v in columns}
        return FaceObservations(**rows)


@dataclass(frozen=True, slots=True)
class ObservedStretch:
    """Some consecutive analysed frames, and who was seen in them.

    Attributes
    ----------
    frame_index, frame_time_s : (f,) every analysed frame, also those without anybody.
    faces : the rows of the participants met so far.
    """

    frame_index: Int[np.ndarray, " f"]
    frame_time_s: Float[np.ndarray, " f"]
    faces: FaceObservations

    def __post_init__(self) -> None:
        """Check shapes."""
        check_shapes(self, frame_index=("f",), frame_time_s=("f",))


@dataclass(frozen=True, slots=True)
class ModelScores:
    """What one model reads in the faces of some observations, row by row.

    Attributes
    ----------
    model : "image" or "landmark".
    time_s : (n,) float64 seconds. participant : (n,) ids.
    probability : (n, 7) rows sum to 1, or all NaN where the face was not scorable.
    embedding : (n, d) what the model's last layer sees; NaN where not scorable. None: not kept.
    """

    model: Model
    time_s: Float[np.ndarray, " n"]
    participant: Shaped[np.ndarray, " n"]
    probability: Float[np.ndarray, "n 7"]
    embedding: Float[np.ndarray, "n d"] | None = None

    def __post_init__(self) -> None:
        """Check shapes, and that rows are distributions or wholly missing."""
        check_shapes(
            self, time_s=("n",), participant=("n",), probability=("n", 7), embedding=("n", "d")
        )
        check_distributions(self.probability, name="probability of ModelScores")

    def __len__(self) -> int:
        return len(self.time_s)

    def where(self, chosen: np.ndarray) -> ModelScores:
        """Return the chosen rows (a mask or indices)."""
        return replace(
            self,
            time_s=self.time_s[chosen],
            participant=self.participant[chosen],
            probability=self.probability[chosen],
            embedding=None if self.embedding is None else self.embedding[chosen],
        )


@dataclass(frozen=True, slots=True)
class EmotionSignal:
    """One participant by one source, one row a second.

    Attributes
    ----------
    participant : id. source : "image", "landmark" or "fused".
    start_s : time of the first row; row k covers [start_s + k, start_s + k + 1).
    rate_hz : 1.
    probability : (t, 7) rows sum to 1 or are NaN.
    coverage : (t,) 0..1, share of the second's analysed frames that were used.
    quality : (t,) 0..1, mean quality of the used frames; NaN where none.
    """

    participant: str
    source: Source
    start_s: float
    probability: Float[np.ndarray, "t 7"]
    coverage: Float[np.ndarray, " t"]
    quality: Float[np.ndarray, " t"]
    rate_hz: float = 1.0

    def __post_init__(self) -> None:
        """Check shapes, and that rows are distributions or wholly missing."""
        check_shapes(self, probability=("t", 7), coverage=("t",), quality=("t",))
        check_distributions(self.probability, name=f"signal {self.participant}/{self.source}")

    def __len__(self) -> int:
        return len(self.coverage)


@dataclass(frozen=True, slots=True)
class FusionTrace:
    """The weights over time: one row a window, one column a participant.

    Attributes
    ----------
    participants : ids, p of them.
    window_start_s, window_end_s : (w,) seconds; the weights hold *in* the window.
    weight : (w, p, 2) of the image and of the landmark model; they sum to 1.
    n_changes : (w, p) changes counted before the window that led to these weights.
    group_n_changes : (w,) mean of them over the members seen in the window before.
    reason : (w, p) why the weight moved or stayed.
    clamp : lowest and highest weight allowed.
    """

    participants: tuple[str, ...]
    window_start_s: Float[np.ndarray, " w"]
    window_end_s: Float[np.ndarray, " w"]
    weight: Float[np.ndarray, "w p 2"]
    n_changes: Int[np.ndarray, "w p"]
    group_n_changes: Float[np.ndarray, " w"]
    reason: Shaped[np.ndarray, "w p"]
    clamp: tuple[float, float] = (0.0, 1.0)

    def __post_init__(self) -> None:
        """Check shapes."""
        check_shapes(
            self,
            participants=("p",),
            window_start_s=("w",),
            window_end_s=("w",),
            weight=("w", "p", 2),
            n_changes=("w", "p"),
            group_n_changes=("w",),
            reason=("w", "p"),
        )


@dataclass(frozen=True, slots=True)
class GroupSignal:
    """The group's expression, one row a second.

    Attributes
    ----------
    members : "all" visible members, or the "engaged" only.
    mean : (t, 7) mean of the members' probabilities; NaN where nobody is visible.
    denoised : (t, 7) after the DFT filter; NaN where ``mean`` is.
    dominant : (t, 7) which emotions dominate; more than one may mean a polarised group.
    dispersion : (t,) 0..1 of the largest possible for that number of members.
    polarisation : (t,) 0..1 share of variance between two camps; NaN below 4 members.
    polarisation_chance : (t,) the same for independent members; NaN below 4.
    n_visible : (t,) members with a value.
    n_engaged : (t,) visible members who are engaged; NaN where it could be told of nobody.
    energy_kept, n_bins_kept : what the filter kept; NaN and 0 where it could not run.
    """

    members: Members
    start_s: float
    mean: Float[np.ndarray, "t 7"]
    denoised: Float[np.ndarray, "t 7"]
    dominant: Bool[np.ndarray, "t 7"]
    dispersion: Float[np.ndarray, " t"]
    polarisation: Float[np.ndarray, " t"]
    polarisation_chance: Float[np.ndarray, " t"]
    n_visible: Int[np.ndarray, " t"]
    n_engaged: Float[np.ndarray, " t"]
    energy_kept: float
    n_bins_kept: int

    def __post_init__(self) -> None:
        """Check shapes."""
        check_shapes(
            self,
            mean=("t", 7),
            denoised=("t", 7),
            dominant=("t", 7),
            dispersion=("t",),
            polarisation=("t",),
            polarisation_chance=("t",),
            n_visible=("t",),
            n_engaged=("t",),
        )

    def __len__(self) -> int:
        return len(self.n_visible)


@dataclass(frozen=True, slots=True)
class Event:
    """A change of expression of the group, of one member, or one that was dismissed.

    Attributes
    ----------
    strength : Euclidean distance between the probability vectors before and after, 0..sqrt(2)
        (for a group event: mean over its members).
    reason : why it counts, or why it was dismissed.
    """

    kind: EventKind
    start_s: float
    end_s: float
    participants: tuple[str, ...]
    from_label: Emotion
    to_label: Emotion
    strength: float
    reason: str


@dataclass(frozen=True, slots=True)
class GroupState:
    """What kind of group it was over a stretch of time, or how engaged one member was.

    Attributes
    ----------
    kind : the strongest label that holds; "undetermined" where the data leave it open,
        "insufficient_data" where they are too few to ask.
    measure : what ``effect`` is: "synchrony", a correlation -1..1, or "homogeneity", alikeness
        beyond chance -1..1.
    participants : () is the group; one id is that member.
    start_s, end_s : seconds from the start of the media.
    effect, low, high : the measure and its interval; NaN where there is none.
    p : chance of such an effect or a larger one among people who do not react to each other;
        NaN where it was not tested.
    n_windows : count windows that the measure rests on.
    reason : in words; holds no names.
    """

    kind: GroupKind
    measure: Measure
    participants: tuple[str, ...]
    start_s: float
    end_s: float
    effect: float
    low: float
    high: float
    p: float
    n_windows: int
    reason: str


@dataclass(frozen=True, slots=True)
class MemberStates:
    """Where each member stands in the group, one row a second.

    Attributes
    ----------
    participants : ids, p of them. start_s : time of the first row.
    engaged : (t, p) 1 engaged, 0 unengaged, ``UNDETERMINED`` where it could not be told or the
        member was not visible.
    camp : (t, p) members with the same number show alike; ``NO_CAMP`` where none was told apart.
    """

    participants: tuple[str, ...]
    start_s: float
    engaged: Int8[np.ndarray, "t p"]
    camp: Int8[np.ndarray, "t p"]

    def __post_init__(self) -> None:
        """Check shapes."""
        check_shapes(self, participants=("p",), engaged=("t", "p"), camp=("t", "p"))

    def __len__(self) -> int:
        return len(self.engaged)


@dataclass(frozen=True, slots=True)
class ParticipantFacts:
    """Who was seen, where and how much.

    Attributes
    ----------
    tile_row, tile_column : from 1, reading order; None in a room.
    first_s, last_s : first and last time seen; None if never.
    visible_share : frames with success / all analysed frames, 0..1.
    """

    participant: str
    name: str
    tile_row: int | None
    tile_column: int | None
    first_s: float | None
    last_s: float | None
    visible_share: float


@dataclass(frozen=True, slots=True)
class Analysis:
    """All that the stages after the models made of one recording (per-second values only).

    Attributes
    ----------
    signals : one for each participant and source, participants in order, then ``SOURCES``.
    groups : one ``GroupSignal`` for each kind of members: all, and the engaged only.
    states : what kind of group it was, over time, and how engaged each member.
    members : by second who is engaged, and which camp each is in.
    warnings : sentences for people. lasting_warnings : those of them that stay true however
        the stages after the models are run again.
    stage_wall_s : seconds of wall time by stage.
    """

    participants: tuple[ParticipantFacts, ...]
    n_frames: int
    duration_s: float
    signals: tuple[EmotionSignal, ...]
    fusion: FusionTrace
    groups: tuple[GroupSignal, ...]
    events: tuple[Event, ...]
    states: tuple[GroupState, ...]
    members: MemberStates
    warnings: tuple[str, ...] = ()
    stage_wall_s: dict[str, float] = field(default_factory=dict)
    lasting_warnings: tuple[str, ...] = ()

    def signal(self, participant: str, source: Source) -> EmotionSignal:
        """Return one participant's signal by one source.

        Raises
        ------
        UsageError : there is no such participant or source.
        """
        for signal in self.signals:
            if signal.participant == participant and signal.source == source:
                return signal
        known = ", ".join(sorted({s.participant for s in self.signals})) or "none"
        message = sentence(
            wanted=f"the participant must be one of: {known}, the source one of {SOURCES}",
            got=f"{participant!r} and {source!r}",
            remedy="choose one of these",
        )
        raise UsageError(message)
