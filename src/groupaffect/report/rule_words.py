"""What a reader of the weights must know of the rule that set them (``docs/fusion.md``)."""

from __future__ import annotations

RULE_WORDS = {
    "gate": (
        "The rule is a learned gate: how sure both models are, how far apart, how well the face "
        "is seen and how often the person's readings and the others' change set the weights anew "
        "every window, and the mixture is steadied. It does not ask which expressions the others "
        "show, so nobody is corrected towards them; nor does it notice where the image model is "
        "the worse one."
    ),
    "paper": (
        "The rule rewards conformity: a member who truly differs from the group is corrected "
        "as if the difference were noise. Look twice where much time is spent at the clamp."
    ),
    "fixed": (
        "The weights are fixed: they adapt to nobody, and say nothing of how well a model reads "
        "somebody."
    ),
}
