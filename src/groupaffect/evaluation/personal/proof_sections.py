"""Sections of ``docs/personal.md`` on other teachers, rendered people, real people and speed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from groupaffect.evaluation.page_tables import table_rows
from groupaffect.evaluation.personal.gain_cells import gain, points, reached
from groupaffect.evaluation.personal.manners import BIASED

Proof = dict[str, Any]
# By name of the section, the file in ``benchmarks/`` that holds its figures.
PROOF_FILES = {
    "teachers": "personal_teachers.json",
    "rendered": "personal_rendered.json",
    "real": "personal_real.json",
    "speed": "personal_speed.json",
}
FIGURE_FILE = "personal_proofs.png"
WAY_TITLES = {
    "offset": "offset, group",
    "head": "head, group",
    "neutral stretch": "offset, neutral stretch",
    "online": "offset, online",
}
LABEL_TITLES = {"group": "the others'", "own": "the rater's own"}
OTHERS_TITLES = {"photographs": "photographs", "FER-2013": "FER-2013"}


def load_proofs(folder: Path) -> dict[str, Proof]:
    """Return the figures of those sections that have been measured."""
    found = {name: folder / file for name, file in PROOF_FILES.items()}
    return {
        name: json.loads(path.read_text(encoding="utf-8"))
        for name, path in found.items()
        if path.exists()
    }


def write_sections(proofs: Mapping[str, Proof]) -> list[str]:
    """Return the sections whose figures are there, as Markdown."""
    return [write(proofs[name]) for name, write in _SECTIONS.items() if name in proofs]


def _teachers_section(result: Proof) -> str:
    rows = [
        [
            *(row["manner"], row["group"], f"{100 * row['before']['macro_f1']:.1f}", name),
            *(f"{100 * found['refused']:.0f} %", gain(found["macro_f1"])),
            points(found["macro_f1"]["worst_decile"]),
        ]
        for row in result["rows"]
        for name, found in row["teachers"].items()
    ]
    n = result["rows"][0]["teachers"]["online"]["macro_f1"]["n"]
    columns = ["person", "group", "before", "teacher", "refused", "gain", "worst decile"]
    return (
        "## Without a homogeneous group\n"
        f"People made like those of the first table ({n} a row, its own among them), the same "
        "faces later on, in groups that react together and in groups of people who have nothing "
        "to do with each other. *Neutral stretch*: the longest rest within the five minutes, at "
        "most 30 s. Neither teacher tests whether there is anything to learn: nothing protects a "
        "person who is read well.\n\n" + _table(columns, rows) + f"\n\n{_targets_of_rest(result)}\n"
    )


def _targets_of_rest(result: Proof) -> str:
    """Return whether what is aimed at in groups that react together is reached from rest."""
    found = {
        row["manner"]: row["teachers"]["neutral stretch"]["macro_f1"]
        for row in result["rows"]
        if row["group"] == "together"
    }
    biased = found["biased"]
    others = {manner: one for manner, one in found.items() if manner not in BIASED}
    mean = sum(one["mean"] for one in others.values()) / len(others)
    worst = min(others, key=lambda manner: others[manner]["mean"])
    return (
        "- Target 1, biased people gain 10 points at 5 minutes: "
        f"{reached(biased['mean'], least=0.1)} from rest ({gain(biased)}).\n"
        "- Target 2, people who are not biased lose no more than 1 point on average: "
        f"{reached(mean, least=-0.01)} from rest ({points(mean)}; the worst kind, {worst}: "
        f"{gain(others[worst])})."
    )


def _rendered_section(result: Proof) -> str:
    rows = [
        [
            *(kind, f"{100 * found['before']['macro_f1']:.1f}", WAY_TITLES[name]),
            *(f"{100 * way['refused']:.0f} %", gain(way["decided"]["macro_f1"])),
            *(points(way["decided"]["macro_f1"]["worst_decile"]), gain(way["anyway"]["macro_f1"])),
            gain(way["wrong_group"]["macro_f1"]) if "wrong_group" in way else "",
            gain(way["adaptive"]["macro_f1"]),
        ]
        for kind, found in result["kinds"].items()
        for name, way in found["ways"].items()
    ]
    columns = ["person", "before", "learned", "refused", "as decided", "worst decile"]
    columns += ["--anyway", "wrong group", "adaptive fusion, as decided"]
    kinds = result["kinds"]
    return (
        "## Rendered people with biased resting faces\n"
        f"{result['n_casts']} casts ({result['n_unread']} more could not be read) of four people "
        "who do not exist, one of whom seems to show "
        f"another emotion at rest (strength {result['resting_strength']:g}; each of the six in "
        "turn). Each cast is filmed twice, with scripts of their own, and both recordings are "
        f"analysed from their pictures: {_minutes(result['learn_s'])} to learn from, of which the "
        f"first 20 s are rest, and {_minutes(result['later_s'])} later on to test, with other "
        "expressions, other turns to speak and a noisier camera. "
        f"{kinds['biased']['n']} biased and {kinds['usual']['n']} usual people; macro F1 in points "
        "against the script, by the even mixture unless told otherwise; intervals over people.\n\n"
        + _table(columns, rows)
        + "\n\nThe bias is there at rest alone: what such a person truly shows is read like "
        "anybody's. Rendered faces are smoother than real ones, and the models read some rendered "
        "expressions badly (`docs/synthetic.md`), which no profile is to blame for.\n"
    )


def _real_section(result: Proof) -> str:
    about, lasting = result["photographs"], result["lasting"]
    rows = [
        [model, kind, *_stability(found)]
        for model, both in lasting.items()
        for kind, found in (
            ("all expressions", both["same"]),
            ("neutral against happy", both["other_expression"]),
        )
    ]
    labels = ", ".join(f"{name} {n:,}" for name, n in about["labels"].items() if n)
    return (
        "## Real people, on other photographs of them\n"
        f"{about['n_photographs']:,} press photographs of {about['n_people']} people with 20 or "
        f"more each (LFW; at most 80 of anybody; labels of one student rater: {labels}). So the "
        "claim is narrow: two expressions, one rater, posed and public moments. Near twins count "
        f"as one moment ({about['n_scenes']:,} moments) and never stand on both sides.\n\n"
        "**Is a bias lasting?** A person's bias is what is read in their photographs beyond what "
        "is read in other people's with the same label. r over people of the bias in two halves "
        "of their photographs, mean over emotions; *neutral against happy* compares neutral "
        "photographs of one half with happy ones of the other: an offset takes them to have one "
        "bias. Where that r is much the lower, a bias belongs to the expression as well as to the "
        "person, and an offset can be right in part only. *By chance*: 95 % quantile with "
        "people mixed up.\n\n"
        + _table(["model", "photographs", "people", "r", "by chance", "p"], rows)
        + "\n\n![Rendered people's gains, and real people's bias in two halves of their "
        f"photographs](figures/{FIGURE_FILE})\n\n"
        + _profiles_text(result)
        + f"\n\nOf the {about['n_with_profiles']} people with a profile, "
        f"{about['n_with_profiles_points_unseen']} are of the split on which the landmark network "
        "was not trained. It learned points on the others' photographs, not expressions; the image "
        "and the landmark model learned from FER-2013 alone. Accuracy is "
        f"{100 * about['accuracy_points_trained']:.1f} % where points were trained, "
        f"{100 * about['accuracy_points_unseen']:.1f} % elsewhere.\n"
    )


def _stability(found: Proof) -> list[str]:
    low, high = found["interval"]
    return [
        *(str(found["n"]), f"{found['r']:.2f} ({low:.2f} to {high:.2f})"),
        *(f"{found['chance']:.2f}", f"{found['p']:.4f}"),
    ]


def _profiles_text(result: Proof) -> str:
    rows = [
        [
            *(OTHERS_TITLES[others], LABEL_TITLES[row["labels"]], row["adapter"]),
            *(f"{100 * row['refused']:.0f} %", gain(row["decided"]["macro_f1"])),
            *(gain(row["anyway"]["macro_f1"]), gain(row["someone_else"]["macro_f1"])),
            *(gain(row["own_over_someone_else"]), gain(row["misread"]["anyway"])),
        ]
        for others, found in result["profiles"].items()
        for row in found["rows"]
    ]
    columns = ["other members", "labels", "adapter", "refused", "as decided", "--anyway"]
    columns += ["someone else's", "own over someone else's", "third read worst, --anyway"]
    first = next(iter(result["profiles"].values()))
    return (
        "**Does a profile help on photographs that it did not see?** Five minutes are made of half "
        f"of a person's photographs ({first['n_people']} people), one a second as it was read, "
        "beside three others made of other people's faces: of other LFW photographs, or of "
        "FER-2013. The group shows what the person has photographs of; two expressions are let "
        f"pass. Tested on the other half, {first['n_test']:.0f} photographs on average, one by "
        f"one; before: {100 * first['before']:.1f} macro F1, {100 * first['before_misread']:.1f} "
        f"for the third read worst ({first['n_misread']} people, chosen by what is learned from, "
        "never by the test). *The rater's own* labels instead of the others' show what could be "
        "learned at best; *someone else's* profile shows what is not about the person.\n\n"
        + _table(columns, rows)
    )


def _speed_section(result: Proof) -> str:
    rows = [
        [adapter, f"{found['wall_s']:.1f} s", f"{found['cpu_s']:.1f} s"]
        + [f"{found['peak_memory_mb']:.0f} MB"]
        for adapter, found in result["personalize"].items()
    ]
    machine = result["machine"]
    return (
        "## How long it takes\n"
        f"`groupaffect personalize` on a stored session of {result['minutes']} minutes, "
        f"{result['n_people']} people, {result['rate_hz']} frames a second with embeddings, "
        f"start-up included ({machine['processor']}, {machine['n_cores']} cores, reference product "
        f"{machine['matrix_product_2048_ms']:.0f} ms):\n\n"
        + _table(["adapter", "wall", "processor", "peak memory"], rows)
        + "\n"
    )


_SECTIONS: dict[str, Callable[[Proof], str]] = {
    "teachers": _teachers_section,
    "rendered": _rendered_section,
    "real": _real_section,
    "speed": _speed_section,
}


def _minutes(seconds: int) -> str:
    return f"{seconds} s" if seconds % 60 else f"{seconds // 60} minutes"


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(table_rows(columns, rows))
