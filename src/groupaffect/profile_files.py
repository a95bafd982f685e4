"""Profiles of persons as files, and for the participants of a session."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from groupaffect.errors import ProfileError, sentence
from groupaffect.inference import network_hashes
from groupaffect.person_profile import PersonProfile
from groupaffect.profile_notation import (
    check_networks,
    check_participant,
    check_weights,
    profile_from_dict,
    profile_to_dict,
)
from groupaffect.session.new_output import new_output
from groupaffect.settings import Settings

MAX_BYTES = 10_000_000  # no profile is nearly as large
# By participant: a file, or a profile that was loaded.
Profiles = Mapping[str, str | Path | PersonProfile]


def write_profile(profile: PersonProfile, output: str | Path) -> Path:
    """Write a profile as JSON, whole or not at all; return where it is.

    Raises
    ------
    OutputError : something is there already, or the place cannot be written.
    """
    text = json.dumps(profile_to_dict(profile), indent=1, allow_nan=False)
    with new_output(Path(output), what="profile") as place, place.open("wb") as file:
        file.write(text.encode("ascii") + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return Path(output)


def load_profile(path: str | Path) -> PersonProfile:
    """Return the profile of a file.

    Raises
    ------
    ProfileError : it cannot be read, is none, is damaged, or is of other labels.
    """
    try:
        with Path(path).open("rb") as file:
            values = json.loads(file.read(MAX_BYTES).decode("utf-8"))
        return profile_from_dict(values)
    except OSError as error:
        message = sentence(
            wanted="a profile must be a file that can be read",
            got=error.strerror or str(error),
            remedy=f"check the path: {path}",
        )
        raise ProfileError(message) from error
    except (ValueError, RecursionError) as error:
        message = sentence(
            wanted="a profile must be JSON",
            got="another or a damaged file",
            remedy=f"choose one that `groupaffect personalize` wrote: {path}",
        )
        raise ProfileError(message) from error
    except ProfileError as error:
        raise ProfileError(f"{str(error).rstrip('.')}: {path}.") from error


def find_profiles(
    folders: Iterable[Path], *, media_sha256: str, participants: Iterable[str]
) -> tuple[Path, ...]:
    """Return the profile files below folders that were learned of somebody in a recording.

    Files that are no profile, or cannot be read, are passed over.

    Parameters
    ----------
    participants : ids that the person had in the recording's session.
    """
    wanted = set(participants)
    return tuple(
        path
        for path, profile in _profiles_below(folders)
        if any(o.media_sha256 == media_sha256 and o.participant in wanted for o in profile.origins)
    )


def find_profiles_of_others(
    folders: Iterable[Path], *, media_sha256: str, participants: Iterable[str]
) -> tuple[Path, ...]:
    """Return the profile files below folders that somebody in a recording helped to teach.

    Their labels came from a group that the person was in; they are about others.

    Parameters
    ----------
    participants : ids that the person had in the recording's session.
    """
    wanted, found = set(participants), list[Path]()
    for path, profile in _profiles_below(folders):
        here = [o for o in profile.origins if o.media_sha256 == media_sha256]
        if here and profile.teacher != "neutral" and not any(o.participant in wanted for o in here):
            found.append(path)
    return tuple(found)


def _profiles_below(folders: Iterable[Path]) -> Iterator[tuple[Path, PersonProfile]]:
    """Yield every profile file once."""
    seen = set[Path]()
    for path in (path for folder in folders for path in sorted(folder.rglob("*.json"))):
        if not path.is_file() or path.resolve() in seen:
            continue
        seen.add(path.resolve())
        try:
            profile = load_profile(path)
        except ProfileError:
            continue
        yield path.resolve(), profile


def bind_profiles(given: Profiles, *, networks: Mapping[str, str]) -> tuple[PersonProfile, ...]:
    """Return profiles for the participants of one recording, in order of id.

    Other ids of the sessions that they come from are left out: they are about other people here.

    Parameters
    ----------
    networks : sha256 by name of the networks that read the recording.

    Raises
    ------
    ProfileError : see ``load_profile``; or a profile is of other networks.
    UsageError : a participant is not named.
    """
    bound = {}
    for name, source in given.items():
        loaded = source if isinstance(source, PersonProfile) else load_profile(source)
        profile = profile_from_dict(profile_to_dict(loaded))  # in the precision that is kept
        check_networks(profile, networks)
        check_weights(profile)
        participant = check_participant(name)
        origins = tuple(
            replace(origin, participant=participant if origin.participant == participant else "")
            for origin in profile.origins
        )
        bound[participant] = replace(profile, participant=participant, origins=origins)
    return tuple(bound[name] for name in sorted(bound))


def networks_used(settings: Settings) -> dict[str, str]:
    """Return name and sha256 of the networks by which this version reads expressions."""
    return network_hashes(settings.expression_networks)


def recorded_networks(settings: Settings, model_hashes: Mapping[str, str]) -> dict[str, str]:
    """Return name and sha256 of the networks that read a session; those it does not tell lack.

    Parameters
    ----------
    model_hashes : of ``SessionRecord``.
    """
    found = {name: model_hashes.get(f"{name}.onnx") for name in settings.expression_networks}
    return {name: sha256 for name, sha256 in found.items() if sha256 is not None}
