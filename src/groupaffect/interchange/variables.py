"""What each column of the shared tables means."""

from __future__ import annotations

from groupaffect.types import EMOTIONS

_SIGNAL = "probability that the face shows this expression, 0 to 1; of group: mean of the members"

VARIABLES: dict[str, str] = {
    **dict.fromkeys(EMOTIONS, _SIGNAL),
    **{f"{name}_denoised": "the same after the group's frequency filter" for name in EMOTIONS},
    "second": "seconds from the start of the recording; the row covers one second from there",
    "start": "seconds from the start of the recording",
    "end": "seconds from the start of the recording",
    "participant": "identifier of a participant within the session",
    "participants": "identifiers of the participants, separated by semicolons",
    "source": "what read the face: image model, landmark model, or both fused",
    "coverage": "share of the second's analysed frames in which the face was read, 0 to 1",
    "quality": "mean quality of the used frames, 0 to 1",
    "members": "which members the row describes: all visible, or the engaged only",
    "dominant": "expressions that dominate the group, separated by semicolons",
    "dispersion": "how far members differ, 0 to 1 of the largest possible",
    "polarisation": "share of variance between two camps, 0 to 1",
    "polarisation_chance": "the same for independent members",
    "n_visible": "members with a value",
    "n_engaged": "members who are engaged",
    "kind": "kind of event or state",
    "from": "expression before",
    "to": "expression after",
    "strength": "Euclidean distance of the expression before and after, 0 to 1.41",
    "reason": "why it counts, was dismissed, or why the weight moved",
    "image_weight": "weight of the image model, 0 to 1",
    "landmark_weight": "weight of the landmark model, 0 to 1",
    "n_changes": "changes of expression counted before the window",
    "group_n_changes": "mean of them over the visible members",
    "engaged": "whether the member is engaged: yes, no or undetermined",
    "camp": "which of two camps the member is in",
    "tile_row": "row of the participant's tile, from 1; empty in a room",
    "tile_column": "column of the participant's tile, from 1; empty in a room",
    "first_s": "seconds at which the participant was first seen",
    "last_s": "seconds at which the participant was last seen",
    "visible_share": "share of the analysed frames in which the face was seen, 0 to 1",
    "measure": "what the effect is: synchrony (a correlation) or homogeneity (alikeness)",
    "effect": "size of the effect",
    "low": "lower bound of the 95 % interval",
    "high": "upper bound of the 95 % interval",
    "p": "p value against shifted series",
    "n_windows": "windows that the effect rests on",
}


def describe_variable(name: str) -> dict[str, str]:
    """Return a column as Psych-DS describes it.

    Examples
    --------
    >>> describe_variable("camp")["description"]
    'which of two camps the member is in'
    """
    described = {"@type": "PropertyValue", "name": name}
    return described | {"description": VARIABLES.get(name, "see the package's documentation")}
