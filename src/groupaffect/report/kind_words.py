"""What the kinds of group are called, and what each does and does not mean (METHODS 8)."""

from __future__ import annotations

from groupaffect.types import GroupKind

KIND_WORDS: dict[GroupKind, str] = {
    "unengaged": "unengaged",
    "engaged": "engaged",
    "synchronous": "synchronous",
    "homogeneous": "homogeneous",
    "undetermined": "undetermined",
    "insufficient_data": "insufficient data",
}

MEANINGS = (
    "Synchronous: the members change expression in the same rhythm, more than chance explains. "
    "It does not say that they show the same, nor who leads.",
    "Homogeneous: synchronous, and they also show the same expressions at the same time, more "
    "than shifted copies of themselves do. It does not say that they feel the same.",
    "Engaged: a member whose changes go along with the others'; a group of which at least half "
    "are. It does not say that anybody listens, agrees or takes part in the conversation.",
    "Unengaged: a member whose rhythm of change is, as far as the face shows it, their own. It is "
    "no score and no deficit: people listen with a still face, and autistic people, among others, "
    "show and mirror expressions differently. So every result stands twice, of all "
    "members and of the engaged only.",
    "Undetermined: neither chance nor synchrony can be excluded, or one member alone is beyond "
    "chance, but not once all members are asked; most short recordings are. "
    "Insufficient data: too few windows, changes or visible seconds to ask at all.",
    "p is the chance of such an effect among people who do not react to each other, from shifted "
    "copies of the same recording. Members' p are corrected for each other within their stretch, "
    "the group's are not, nor is any for the number of stretches: of the stretches of people who "
    "do not react to each other, one in twenty is called synchronous. The interval (90 %) is of "
    "each by itself. A p above .05 does not show that there is no synchrony.",
)
