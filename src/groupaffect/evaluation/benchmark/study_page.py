"""The page ``docs/fusion.md``: what fusing gains and loses, in sentences and tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from groupaffect.evaluation.benchmark.noise_study import LIVE, SHIPPED
from groupaffect.evaluation.benchmark.pools import CLEAR_VOTES, SUBTLE_VOTES, VARIANTS
from groupaffect.evaluation.benchmark.ways import METHODS
from groupaffect.evaluation.table_cells import with_interval
from groupaffect.types import EMOTIONS

MOST_LOST = 0.005  # of accuracy or macro F1, that the default may lose in any condition
GAP_WANTED = 0.30  # of the gap from fixed to oracle that the default should close


def write_page(result: dict[str, Any]) -> str:
    """Return the page as Markdown."""
    public = result["public"]
    parts = [
        "# Does fusing two models help?",
        "Made by `make benchmark DATA=...`; all figures are in `benchmarks/fusion.json`, and\n"
        "`groupaffect benchmark --suite public` makes the table again without the data.\n"
        "Intervals are 95 %, from a bootstrap over sessions.",
        "\n".join(conclusions(public)),
        detector_lines(public, result["noise"]),
        "![Macro F1 by method and kind of person](figures/fusion_summary.png)",
        f"## {public['n_sessions']} simulated groups of {public['n_people']} people",
        method_table(public["methods"]),
        event_lines(public["n_true_events"]),
        "`static` is one image weight for everybody "
        f"({public['static_weight']:.2f}, best on the other half of the faces), `permuted` gives\n"
        "everybody another member's weights of the default, `oracle` knows in hindsight the best\n"
        "constant weight of each person and minute. `default` is the rule of the default preset.",
        "What weighing and steadying gain by themselves:",
        parts_table(public["parts"]),
        "## By kind of person",
        "Macro F1 of the special people alone; the last column is what the default gains on the\n"
        "better single model.",
        trait_table(public["by_trait"]),
        "## Groups that the gate was learned from, and others",
        known_table(public["learned_from"]),
        agreement_lines(public["gate_and_paper"]),
        "![Weights over time](figures/fusion_weights.png)",
        "![One participant, not adaptive and adaptive](figures/fusion_participant.png)",
        "## Noise reduction",
        "Groups of the choosing half of the faces; one static mixture, another chain each.",
        noise_table(result["noise"]),
        "## The acted recording, apart",
        "`acted_2x2_dev`: four people, 106 s, clips of two seconds played forward and back, so\n"
        "nothing about cadence or steadying may be concluded.",
        method_table(result["acted_2x2_dev"]["methods"], intervals=False),
        event_lines(result["acted_2x2_dev"]["n_true_events"]),
        "## Rendered people, apart",
        f"{result['rendered']['n_sessions']} recordings of the demonstration's script, each with "
        "four people who do not exist\n(`groupaffect benchmark --synthetic`): one subtle, one "
        "exaggerating, one whose resting face\nseems to show something, one who drifts away.",
        method_table(result["rendered"]["methods"], intervals=True),
        event_lines(result["rendered"]["n_true_events"]),
        "## What the simulation rests on",
        pool_table(result["pools"]),
        "How readings of one face waver by second, on video and simulated "
        "(image / landmark model).",
        video_table(result["video"]),
        "Simulated readings flip less often than those of video: photographs are read with more\n"
        "confidence than a face that talks, so the same wavering changes the likeliest less often.",
        null_lines(public["false_positive_rate"]),
    ]
    return "\n\n".join(parts) + "\n"


def conclusions(public: dict[str, Any]) -> list[str]:
    """Return what came out, in three sentences that the figures decide."""
    by_name = {row["method"]: row for row in public["methods"]}
    image, fixed, paper, default = (by_name[n] for n in ("image", "fixed", "paper", "default"))
    single = "the image model alone"
    gain = public["default_minus"]["image"]["macro_f1"]
    low, high = gain["difference_interval"]
    worst, lost = worst_trait(public["by_trait"])
    met = "is met" if lost >= -MOST_LOST else "is missed"
    closed = public["gap_closed"]["default"]
    parts = public["parts"]
    steadied = parts["image alone, steadied"]
    unsteadied = parts["gate's weights, not steadied"]
    return [
        f"1. Fusing as the paper does hurts: fixed .5 / .5 reads {fixed['macro_f1']:.3f} macro F1 "
        f"and the paper's rule\n   {paper['macro_f1']:.3f}, {single} {image['macro_f1']:.3f}; "
        f"the rule moves weights for {paper['share_at_clamp']:.0%} of the time to their limit.",
        f"2. The default (learned gate, steadied) reads {default['macro_f1']:.3f}, "
        f"{100 * gain['difference']:+.1f} points [{100 * low:+.1f}, {100 * high:+.1f}] against\n"
        f"   {single}; it closes {closed:.0%} of the gap from fixed to oracle (aim: "
        f"{GAP_WANTED:.0%}).",
        f'3. Its worst kind of person is "{worst}" ({100 * lost:+.1f} points against the better '
        f"single model;\n   the bound of {-100 * MOST_LOST:.1f} {met}).\n"
        f"   The image model steadied alike reads {steadied['macro_f1']:.3f} and the gate's "
        f"weights without\n   steadying {unsteadied['macro_f1']:.3f}.",
    ]


def detector_lines(public: dict[str, Any], noise: Sequence[dict[str, Any]]) -> str:
    """Return what finding changes over the whole recording gains on finding them at once."""
    default = next(row for row in public["methods"] if row["method"] == "default")
    live, shipped = (
        next(row for row in noise if row["chain"] == chain) for chain in (LIVE, SHIPPED)
    )
    return (
        "Changes are a matter of the detector, not of fusing. PELT over the whole recording, as\n"
        "in every session, finds a group's with F1 "
        f"{default['event_f1_group']:.2f} and a member's own with "
        f"{default['event_f1_individual']:.2f}, whatever is fused.\nSecond by second, as a "
        f"live picture must, {live['false_changes_per_min']:.1f} instead of "
        f"{shipped['false_changes_per_min']:.1f} false changes a person and minute\nare "
        f"reported, with {live['missed_share']:.0%} and {shipped['missed_share']:.0%} of the "
        "true ones missed (noise reduction, below)."
    )


def worst_trait(by_trait: dict[str, Any]) -> tuple[str, float]:
    """Return the kind of person on whom the default gains least, and the gain in macro F1."""
    gains = {name: gain_on_single(row, "macro_f1") for name, row in by_trait.items()}
    return min(gains.items(), key=lambda item: item[1])


def gain_on_single(row: dict[str, Any], figure: str) -> float:
    """Return what the default gains on the better single model.

    Examples
    --------
    >>> two = {"image": {"a": 0.5}, "landmark": {"a": 0.6}, "default": {"a": 0.75}}
    >>> round(gain_on_single(two, "a"), 3)
    0.15
    """
    single = max(row["image"][figure], row["landmark"][figure])
    return float(row["default"][figure] - single)


def method_table(rows: Sequence[dict[str, Any]], *, intervals: bool = True) -> str:
    """Return the main table."""

    def cell(row: dict[str, Any], name: str) -> str:
        if intervals:
            return with_interval(row, name, digits=3)
        return f"{row[name]:.3f}"

    head = [
        *("method", "accuracy", "macro F1", "group events F1", "own events F1"),
        *("false changes a minute", "group JSD", "at the clamp"),
    ]
    plain = ("event_f1_group", "event_f1_individual", "false_changes_per_min", "group_jsd")
    body = [
        [
            row["method"],
            cell(row, "accuracy"),
            cell(row, "macro_f1"),
            *(_number(row[name]) for name in (*plain, "share_at_clamp")),
        ]
        for row in rows
    ]
    return _table(head, body)


def event_lines(n_true: dict[str, int]) -> str:
    """Return how many true events the figures of events rest on."""
    words = (
        f"There were truly {n_true['group']:,} changes of a group and "
        f"{n_true['individual']:,} of one member alone"
    )
    if n_true["individual"]:
        return f"{words}."
    why = "every change lies within two seconds of one that most members make"
    return f"{words}\n({why}), so own events have no F1."


def parts_table(parts: dict[str, Any]) -> str:
    """Return accuracy and macro F1 of each part of the default by itself."""
    body = [
        [name, _number(row["accuracy"]), _number(row["macro_f1"])] for name, row in parts.items()
    ]
    return _table(["part", "accuracy", "macro F1"], body)


def trait_table(by_trait: dict[str, Any]) -> str:
    """Return macro F1 by kind of person."""
    body = [
        [
            trait,
            str(row["n_people"]),
            *(_number(row[method]["macro_f1"]) for method in METHODS),
            f"{100 * gain_on_single(row, 'macro_f1'):+.1f}",
        ]
        for trait, row in by_trait.items()
    ]
    return _table(["kind", "people", *METHODS, "gain"], body)


def known_table(learned_from: dict[str, Any]) -> str:
    """Return macro F1 in conditions that the gate knew and in others."""
    body = [
        [name, str(row["n_sessions"]), *(_number(row[m]["macro_f1"]) for m in METHODS)]
        for name, row in learned_from.items()
        if row["n_sessions"]
    ]
    return _table(["learned from", "sessions", *METHODS], body)


def agreement_lines(found: dict[str, Any]) -> str:
    """Return how gate and paper's rule go together."""
    return (
        f"Seconds that both gate and paper's rule read rightly {found['both_right']}, only the "
        f"gate {found['only_gate']},\nonly the rule {found['only_paper']}, neither "
        f"{found['neither']}: Q = {_number(found['q_statistic'])}, an oracle of the two would be "
        f"right in {_number(found['oracle'])}."
    )


def noise_table(rows: Sequence[dict[str, Any]]) -> str:
    """Return false against missed changes."""
    body = [
        [
            row["chain"],
            f"{row['false_changes_per_min']:.2f}",
            _number(row["missed_share"]),
            _number(row["f1"]),
        ]
        for row in rows
    ]
    return _table(["chain", "false changes a person and minute", "missed", "F1"], body)


def pool_table(card: dict[str, Any]) -> str:
    """Return how many faces there are, and how well each model reads them."""
    lines = [
        f"Faces of FER-2013 PublicTest without twins in Training; subtle: at most {SUBTLE_VOTES} "
        f"of ten\nFER+ votes for the label, clear: at least {CLEAR_VOTES}. Disgust and fear are\n"
        "few: their figures rest on few faces.",
        _table(
            ["half", "kind", *EMOTIONS],
            [
                [half, kind, *(str(sizes[emotion]) for emotion in EMOTIONS)]
                for half, kinds in card["faces"].items()
                for kind, sizes in kinds.items()
            ],
        ),
        _table(
            ["spoilt", "image accuracy", "landmark accuracy", "mean quality"],
            [
                [
                    name,
                    _number(card["accuracy"][name]["image"]),
                    _number(card["accuracy"][name]["landmark"]),
                    _number(card["mean_quality"][name]),
                ]
                for name in VARIANTS
            ],
        ),
    ]
    return "\n\n".join(lines)


def video_table(facts: dict[str, Any]) -> str:
    """Return measured beside simulated wavering."""
    names = {
        "talking": "plain speech / usual people",
        "weaklabel": "emphatic speech / talking people",
        "expressive": "vivid faces / exaggerated people (not fitted)",
    }
    body = []
    for kind, words in names.items():
        for where in ("measured", "simulated"):
            row = facts[where][kind]
            pairs = [row[name] for name in ("flips_per_min", "lag_1", "variance", "confidence")]
            body.append(
                [
                    words,
                    where,
                    *(f"{one:.2f} / {other:.2f}" for one, other in pairs),
                    f"{row['cross']:.2f}",
                    f"{row['agreement']:.2f}",
                    str(row["n_seconds"]),
                ]
            )
    head = ["faces", "", "flips a minute", "lag-1", "variance", "confidence"]
    return _table([*head, "between models", "agreement", "seconds"], body)


def null_lines(found: dict[str, Any]) -> str:
    """Return how often strangers pass for a synchronous group."""
    low, high = found["rate_interval"]
    by_size = ", ".join(f"{n}: {rate:.3f}" for n, rate in found["rate_by_members"].items())
    return (
        f"Of {found['n_sessions']} groups of people who never met (300 s) {found['rate']:.3f} "
        f"[{low:.3f}, {high:.3f}] were called synchronous\n(level .05; by members {by_size})."
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _table(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)
