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
from groupaffect.errors import UnreadableSessionError, UsageError, sentence
from groupaffect.session.columns import SCHEMA_VERSION
from groupaffect.settings import Settings, settings_from_dict, settings_to_dict
from groupaffect.types import Context, MediaFacts


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
class SessionRecord:
    """Where a session comes from; written as ``session.json`` and read back without loss.

    Attributes
    ----------
    context, consent : as declared by who ran the analysis; consent is a reference, or None.
    model_hashes : sha256 of each weight file by its name.
    analysed_start_s, analysed_end_s : seconds of the media that were looked at; None: to its end.
    versions : of groupaffect, python, numpy, onnxruntime and av.
    created_at : date and time in ISO 8601 with its offset.
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
    }


def record_from_dict(values: dict[str, Any]) -> SessionRecord:
    """Build a record from plain values; keys that are not its own are left alone.

    Raises
    ------
    UnreadableSessionError : a value is missing or of the wrong kind, or the schema is newer.
    """
    _check_schema(values.get("schema_version"))
    try:
        own = {f.name: values[f.name] for f in dataclasses.fields(SessionRecord)}
        rate = own["media"]["rate_hz"]
        own["media"] = MediaFacts(
            **own["media"] | {"rate_hz": None if rate is None else Fraction(rate)}
        )
        own["settings"] = settings_from_dict(own["settings"])
        return SessionRecord(**own)
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        message = sentence(
            wanted="`session.json` must hold a session's record",
            got=f"one with a wrong or missing value ({error})",
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
