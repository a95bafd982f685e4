"""What cannot be computed again once a network of a person's own is to read, or has read, faces.

It reads pictures, and sessions keep none: its readings stand in the frame table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from groupaffect.corrections import Correction, names_in
from groupaffect.errors import UsageError, sentence
from groupaffect.person_profile import PersonProfile


def check_reanalysis(
    profiles: Sequence[PersonProfile],
    corrections: Sequence[Correction],
    *,
    given: Iterable[PersonProfile],
    away: Iterable[str],
) -> None:
    """Check that no reanalysis would need pictures.

    Parameters
    ----------
    profiles : of the session. given : to be added. away : ids whose profile is taken away.

    Raises
    ------
    UsageError : a fine-tuned profile is added, replaced or taken away, or its person is merged
        or swapped with somebody else.
    """
    read = {profile.participant for profile in profiles if profile.reads_pictures}
    added = list(given)
    for profile in added:
        if profile.reads_pictures:
            raise _needs_recording(profile.participant, "to be read by a network of their own")
    changed = {*(profile.participant for profile in added), *away}
    for correction in corrections:
        changed |= {*names_in(correction)}
    for name in sorted(read & changed):
        raise _needs_recording(name, "who was read by a network of their own")


def check_was_shared(profiles: Sequence[PersonProfile], participant: str) -> None:
    """Check that the shared networks read somebody, so that a profile can be learned of them.

    Raises
    ------
    UsageError : a fine-tuned profile read them.
    """
    if any(p.participant == participant and p.reads_pictures for p in profiles):
        raise _needs_recording(participant, "who was read by a network of their own")


def _needs_recording(participant: str, got: str) -> UsageError:
    return UsageError(
        sentence(
            wanted="from a session alone only what the shared networks read can be corrected",
            got=f"{participant}, {got}",
            remedy="analyse the recording anew, `groupaffect analyze VIDEO` with or without "
            f"`--profile {participant}=FILE`",
        )
    )
