"""A person's profile as plain values for JSON, with a checksum that tells damage."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float, Float16

from groupaffect.errors import ProfileError, UsageError, sentence
from groupaffect.person_profile import ADAPTERS, TEACHERS, Origin, PersonProfile, Shift
from groupaffect.types import EMOTIONS, MODELS

FORMAT = "groupaffect profile"
VERSION = 1
_CHECKSUM = "sha256"


def profile_to_dict(profile: PersonProfile) -> dict[str, Any]:
    """Return plain values; arrays as base64 of little-endian float32, moved weights of float16."""
    values = {
        "format": FORMAT,
        "version": VERSION,
        "labels": list(EMOTIONS),
        "participant": profile.participant,
        "adapter": profile.adapter,
        "teacher": profile.teacher,
        "networks": dict(profile.networks),
        "origins": [_origin_to_dict(origin) for origin in profile.origins],
        "settings": dict(profile.settings),
        "objections": list(profile.objections),
        "evidence": {model: dict(found) for model, found in profile.evidence.items()},
        "shift": {model: _shift_to_dict(profile.shift[model]) for model in MODELS},
    }
    if profile.moved:
        values["moved"] = {name: _moved_to_dict(array) for name, array in profile.moved.items()}
    return values | {_CHECKSUM: _checksum(values)}


def profile_from_dict(values: object) -> PersonProfile:
    """Build a profile from plain values.

    Raises
    ------
    ProfileError : they are no profile, of a newer version, of other labels, or damaged.
    """
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise _refuse("a profile of groupaffect", "another file", "choose a profile")
    if values.get("version") != VERSION:
        remedy = "update groupaffect, or personalize again"
        raise _refuse(f"a profile of version {VERSION}", f"{values.get('version')}", remedy)
    if values.get("labels") != list(EMOTIONS):
        got = ", ".join(map(str, values.get("labels") or [])) or "none"
        raise _refuse(f"a profile of the labels {', '.join(EMOTIONS)}", got, "personalize again")
    own = {key: value for key, value in values.items() if key != _CHECKSUM}
    if values.get(_CHECKSUM) != _checksum(own):
        raise _damaged()
    try:
        return _build(values)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _damaged() from error


def _build(values: Mapping[str, Any]) -> PersonProfile:
    if values["adapter"] not in ADAPTERS or values["teacher"] not in TEACHERS:
        raise _damaged()
    return PersonProfile(
        participant=values["participant"],
        adapter=values["adapter"],
        teacher=values["teacher"],
        shift={model: _shift_from_dict(values["shift"][model]) for model in MODELS},
        networks=dict(values["networks"]),
        origins=tuple(_origin_from_dict(origin) for origin in values["origins"]),
        settings=dict(values["settings"]),
        objections=tuple(values["objections"]),
        evidence={model: dict(found) for model, found in values["evidence"].items()},
        moved={name: _moved_from_dict(each) for name, each in values.get("moved", {}).items()},
    )


def _checksum(values: Mapping[str, Any]) -> str:
    text = json.dumps(values, sort_keys=True, allow_nan=False, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _origin_to_dict(origin: Origin) -> dict[str, Any]:
    values = {f.name: getattr(origin, f.name) for f in dataclasses.fields(origin)}
    plain = {k: None if isinstance(v, float) and math.isnan(v) else v for k, v in values.items()}
    stretches = [list(stretch) for stretch in origin.train_s]
    return plain | {"train_s": stretches, "label_s": dict(origin.label_s)}


def _origin_from_dict(values: Mapping[str, Any]) -> Origin:
    found: dict[str, Any] = {k: math.nan if v is None else v for k, v in values.items()}
    found["train_s"] = tuple((float(start), float(end)) for start, end in values["train_s"])
    return Origin(**found)


def _shift_to_dict(shift: Shift) -> dict[str, Any]:
    arrays = {"bias": shift.bias, "weight": shift.weight, "centre": shift.centre}
    return {name: None if array is None else _encode(array) for name, array in arrays.items()}


def _shift_from_dict(values: Mapping[str, Any]) -> Shift:
    bias, weight, centre = (
        None if values[name] is None else _decode(values[name])
        for name in ("bias", "weight", "centre")
    )
    if bias is None:
        raise _damaged()
    return Shift(bias, None if weight is None else weight.reshape(len(bias), -1), centre)


def _moved_to_dict(array: np.ndarray) -> dict[str, Any]:
    text = base64.b64encode(array.astype("<f2").tobytes()).decode("ascii")
    return {"shape": list(array.shape), "values": text}


def _moved_from_dict(values: Mapping[str, Any]) -> Float16[np.ndarray, "*_"]:
    numbers = np.frombuffer(base64.b64decode(values["values"], validate=True), "<f2")
    if not np.isfinite(numbers).all():
        raise _damaged()
    return numbers.reshape(values["shape"]).astype(np.float16)


def _encode(array: np.ndarray) -> str:
    return base64.b64encode(array.astype("<f4").tobytes()).decode("ascii")


def _decode(text: str) -> Float[np.ndarray, " n"]:
    return np.frombuffer(base64.b64decode(text, validate=True), "<f4").astype(np.float64)


def _refuse(wanted: str, got: str, remedy: str) -> ProfileError:
    return ProfileError(sentence(wanted=f"the file must be {wanted}", got=got, remedy=remedy))


def _damaged() -> ProfileError:
    return _refuse("a whole profile", "a damaged one", "personalize again")


def check_networks(profile: PersonProfile, networks: Mapping[str, str]) -> None:
    """Check that a profile corrects the networks that read the faces.

    Parameters
    ----------
    networks : sha256 by name, such as ``expression/image_model``.

    Raises
    ------
    ProfileError : it was fitted to other networks.
    """
    other = [name for name, sha256 in profile.networks.items() if networks.get(name) != sha256]
    if other:
        message = sentence(
            wanted=f"the profile must be of the networks that read the faces ({', '.join(other)})",
            got="one of other networks, or of another version of them",
            remedy="personalize again with these",
        )
        raise ProfileError(message)


def check_weights(profile: PersonProfile) -> None:
    """Check that a fine-tuned profile has the weights that moved, and no other has.

    Raises
    ------
    ProfileError : it has none, such as the one that a session tells of.
    """
    if profile.reads_pictures != bool(profile.moved):
        message = sentence(
            wanted="a fine-tuned profile must hold the weights that moved",
            got="one without them" if profile.reads_pictures else "weights in another profile",
            remedy="use the file that `groupaffect personalize` wrote",
        )
        raise ProfileError(message)


def check_participant(name: str) -> str:
    """Return the id that a profile is for.

    Raises
    ------
    UsageError : it is empty.
    """
    if not name.strip():
        message = sentence(
            wanted="a profile is for a participant, written P1=FILE",
            got="nobody",
            remedy="name the id from the report",
        )
        raise UsageError(message)
    return name.strip()
