"""What the demonstration says about recognition, as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from groupaffect.evaluation.known_recording import Recognition
    from groupaffect.types import ParticipantFacts

_NAMES = {
    "image": "image model",
    "landmark": "landmark model",
    "fixed": "both, half and half",
    "fused": "both, adaptive",
}
_CHANCE = "always one emotion"
_RENDERED = (
    "These faces are rendered, and read worse than real ones: the models learned from photographs.",
    "What they are read like says nothing of recordings of real people: docs/synthetic.md.",
)


def recognition_lines(
    recognition: Recognition, participants: Sequence[ParticipantFacts]
) -> list[str]:
    """Return a small table, chance in its last row, and how to read it."""
    some = next(iter(recognition.everybody.values()))
    people = [
        facts for facts in participants if facts.participant in recognition.by_person["fused"]
    ]
    heads = ["all", "recall", *(facts.participant for facts in people)]
    lines = [
        f"share of {some.n_seconds} person-seconds read rightly; recall is the mean over "
        f"{len(some.recall)} emotions",
        _line("", heads),
    ]
    for source, score in recognition.everybody.items():
        own = [recognition.by_person[source][facts.participant] for facts in people]
        figures = [score.accuracy, score.macro_recall, *own]
        lines.append(_line(_NAMES[source], [f"{value:.2f}" for value in figures]))
    chance = [recognition.most_frequent_share, recognition.chance_recall]
    lines.append(_line(_CHANCE, [f"{value:.2f}" for value in chance]))
    names = ", ".join(f"{facts.participant} {facts.name}" for facts in people if facts.name)
    return [*lines, *([f"  {names}"] if names else []), *_RENDERED]


def _line(head: str, cells: Sequence[str]) -> str:
    return f"  {head:<22}" + "".join(f"{cell:>8}" for cell in cells).rstrip()
