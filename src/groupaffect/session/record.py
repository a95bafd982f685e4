"""What a session says about itself: media, settings, versions, models, context and consent."""

from __future__ import annotations

import dataclasses
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from importlib.metadata import PackageNotFoundError, version
from typing import Any, get_args

import groupaffect
from groupaffect.corrections import (
    Correction,
    Exclude,
    correction_from_dict,
    correction_to_dict,
)
from groupaffect.errors import ProfileError, UnreadableSessionError, UsageError, sentence
from groupaffect.person_profile import PersonProfile
from groupaffect.profile_notation import profile_from_dict, profile_to_dict
from groupaffect.session.columns import SCHEMA_VERSION
from groupaffect.settings import Settings, settings_from_dict, settings_to_dict
from groupaffect.types import Context, MediaFacts

# What the first sessions do not say, because none of it could be so.
_BEFORE_REANALYSIS: dict[str, Any] = {"names_given": False, "reanalyses": [], "profiles": []}


def installed_versions() -> dict[str, str]:
    """Return the versions that a result depends on, by package.

    Examples
    --------
    >>> sorted(installed_versions())
    ['av', 'groupaffect', 'numpy', 'onnxruntime', 'python']
    """
    own = {"python": platform.python_version(), "groupaffect": groupaffect.__version__}
    return own | {name: _version(name) for name in ("numpy", "onnxruntime", "av")}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Reanalysis:
    """One time that everything after the two models was computed again.

    Attributes
    ----------
    corrections : that were made then, in the order in which they were applied.
    n_forgotten : participants that were removed then.
    at : date and time in ISO 8601 with its offset. versions : that computed it.
    """

    corrections: tuple[Correction, ...] = ()
    n_forgotten: int = 0
    at: str = field(default_factory=_now)
    versions: dict[str, str] = field(default_factory=installed_versions)


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """Where a session comes from; written as ``session.json`` and read back without loss.

    Attributes
    ----------
    context, consent : as declared by who ran the analysis; consent is a reference, or None.
    model_hashes : sha256 of each weight file by its name.
    analysed_start_s, analysed_end_s : seconds of the media that were looked at; None: to its end.
    versions : of groupaffect, python, numpy, onnxruntime and av.
    created_at : date and time in ISO 8601 with its offset.
    names_given : whether people gave names for participants; they stand in the table.
    reanalyses : oldest first.
    profiles : by which readings of participants are corrected before fusion, in order of id.
    """

    media: MediaFacts
    settings: Settings
    context: Context = "not declared"
    consent: str | None = None
    model_hashes: dict[str, str] = field(default_factory=dict)
    analysed_start_s: float = 0.0
    analysed_end_s: float | None = None
    versions: dict[str, str] = field(default_factory=installed_versions)
    created_at: str = field(default_factory=_now)
    schema_version: int = SCHEMA_VERSION
    names_given: bool = False
    reanalyses: tuple[Reanalysis, ...] = ()
    profiles: tuple[PersonProfile, ...] = ()

    @property
    def excluded(self) -> tuple[Exclude, ...]:
        """Stretches that count as not analysed, though the frame table has their rows."""
        made = (c for reanalysis in self.reanalyses for c in reanalysis.corrections)
        return tuple(correction for correction in made if isinstance(correction, Exclude))

    @property
    def n_forgotten(self) -> int:
        """How many participants were removed for good."""
        return sum(reanalysis.n_forgotten for reanalysis in self.reanalyses)

    def __post_init__(self) -> None:
        """Check that the declared context is one that is known."""
        if self.context not in get_args(Context):
            known = ", ".join(get_args(Context))
            message = sentence(
                wanted=f"the context must be one of: {known}",
                got=repr(self.context),
                remedy="declare one of these",
            )
            raise UsageError(message)


def record_to_dict(record: SessionRecord) -> dict[str, Any]:
    """Return plain values for JSON; the frame rate as an exact fraction such as "30000/1001"."""
    plain = {f.name: getattr(record, f.name) for f in dataclasses.fields(record)}
    media = dataclasses.asdict(record.media)
    media["rate_hz"] = None if record.media.rate_hz is None else str(record.media.rate_hz)
    return plain | {
        "media": media,
        "settings": settings_to_dict(record.settings),
        "reanalyses": [_reanalysis_to_dict(reanalysis) for reanalysis in record.reanalyses],
        "profiles": [profile_to_dict(profile) for profile in record.profiles],
    }


def _reanalysis_to_dict(reanalysis: Reanalysis) -> dict[str, Any]:
    made = [correction_to_dict(correction) for correction in reanalysis.corrections]
    return dataclasses.asdict(reanalysis) | {"corrections": made}


def _reanalysis_from_dict(values: dict[str, Any]) -> Reanalysis:
    made = tuple(correction_from_dict(correction) for correction in values["corrections"])
    return Reanalysis(**values | {"corrections": made})


def record_from_dict(values: dict[str, Any]) -> SessionRecord:
    """Build a record from plain values; keys that are not its own are left alone.

    Raises
    ------
    UnreadableSessionError : a value is missing, unknown or of the wrong kind, as in sessions of
        another version, or the schema is newer.
    """
    _check_schema(values.get("schema_version"))
    try:
        known = _BEFORE_REANALYSIS | values
        own = {f.name: known[f.name] for f in dataclasses.fields(SessionRecord)}
        rate = own["media"]["rate_hz"]
        own["media"] = MediaFacts(
            **own["media"] | {"rate_hz": None if rate is None else Fraction(rate)}
        )
        own["settings"] = settings_from_dict(own["settings"])
        own["reanalyses"] = tuple(_reanalysis_from_dict(made) for made in own["reanalyses"])
        own["profiles"] = tuple(profile_from_dict(profile) for profile in own["profiles"])
        return SessionRecord(**own)
    except (KeyError, TypeError, ValueError, ZeroDivisionError, ProfileError) as error:
        message = sentence(
            wanted="`session.json` must be as this version of groupaffect writes it",
            got="one written by another version of groupaffect, or changed since",
            remedy="analyse the recording again with --force",
        )
        raise UnreadableSessionError(message) from error


def _check_schema(found: object) -> None:
    if isinstance(found, int) and found <= SCHEMA_VERSION:
        return
    newer = isinstance(found, int)
    message = sentence(
        wanted=f"this version reads sessions of schema {SCHEMA_VERSION} or below",
        got=f"schema {found}" if newer else "a `session.json` without a schema version",
        remedy="update groupaffect" if newer else "choose a session folder",
    )
    raise UnreadableSessionError(message)
