"""What a reader should know of a recording as it was analysed, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from groupaffect.attendance import Attendance
from groupaffect.person_profile import PersonProfile

# Mean distance of analysed frames from which seconds without any are the rule.
SPARSE_S = 1.5
# Share of frames below which a participant may be a mistaken detection (ours).
RARE_SHARE = 0.02
NOBODY_LEFT = "Nobody is left in this session: every participant was removed for good."


def caution_sampling(attendance: Attendance) -> list[str]:
    """Return a sentence where the analysed frames are too far apart.

    Examples
    --------
    >>> caution_sampling(Attendance(n_frames=3, first_s=0.0, last_s=8.0))[0][:34]
    'Analysed frames are 4.0 s apart: c'
    """
    spacing_s = (attendance.last_s - attendance.first_s) / max(attendance.n_frames - 1, 1)
    if spacing_s < SPARSE_S:
        return []
    return [
        f"Analysed frames are {spacing_s:.1f} s apart: changes, adaptive weights and the "
        "denoised group expression need at least one frame a second; lower --every."
    ]


def caution_sightings(attendance: Attendance) -> list[str]:
    """Return a sentence where nobody was seen, or somebody hardly.

    Examples
    --------
    >>> caution_sightings(Attendance())
    ['No face was seen in any analysed frame.']
    """
    if not attendance.seen:
        return ["No face was seen in any analysed frame."]
    least = RARE_SHARE * attendance.n_frames
    rare = [name for name, sightings in attendance.seen if sightings.n_frames < least]
    if not rare:
        return []
    names = ", ".join(rare)
    return [f"Seen in less than {RARE_SHARE:.0%} of the frames, perhaps no person: {names}."]


def caution_profiles(profiles: Sequence[PersonProfile], participants: Sequence[str]) -> list[str]:
    """Return a sentence for each profile: whose readings it corrects, or that they are not there.

    Examples
    --------
    >>> caution_profiles([], ["P1"])
    []
    """
    return [
        _how_corrected(profile)
        if profile.participant in participants
        else f"The profile for {profile.participant} corrects nobody: nobody has that id."
        for profile in profiles
    ]


def caution_others_profiles(profiles: Sequence[PersonProfile], media_sha256: str) -> list[str]:
    """Return a sentence for each profile that was learned of another id of the same recording.

    Examples
    --------
    >>> caution_others_profiles([], "5f...")
    []
    """
    return [
        f"The profile for {profile.participant} was learned from another id of this recording: "
        "right only if that is the same person."
        for profile in profiles
        if any(
            origin.media_sha256 == media_sha256 and origin.participant != profile.participant
            for origin in profile.origins
        )
    ]


def _how_corrected(profile: PersonProfile) -> str:
    who = profile.participant
    if profile.reads_pictures:
        return f"{who} was read by an image network of their own, in the frame table too."
    return (
        f"Readings of {who} are corrected by a personal {profile.adapter}; the frame table keeps "
        "what the shared models read."
    )
