"""``docs/personal.md`` and its figure, written from the figures of the study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from groupaffect.evaluation.page_tables import table_rows
from groupaffect.evaluation.personal.gain_cells import gain, points, reached
from groupaffect.evaluation.personal.manners import BIASED
from groupaffect.evaluation.personal.proof_sections import write_sections
from groupaffect.expression.network_reading import embedding_width
from groupaffect.personal.evidence import BLOCK_S
from groupaffect.personal.training_part import filter_gap_s
from groupaffect.settings import preset

Row = dict[str, Any]

_COLOURS = {"usual": "#6B6B6B", "biased": "#D55E00"}
_HEAD = """# Personal models

*Written by `{command}`; the numbers are of simulated sessions unless told otherwise, see the end.*

The shared models read most faces rightly and some wrongly all the time: a resting face that reads
as sad stays sad to them. `groupaffect personalize` learns how one person's face differs, from a
stretch in which they rest, or from the sessions of a group that showed the same at the same time;
`--profile` corrects that person's readings before they are fused. It says what a face shows, not
what a person feels.

```
groupaffect analyze talk.mp4
groupaffect personalize sessions/talk --participant P1 --output p1.json \\
    --teacher neutral --neutral 10-40
groupaffect reanalyze sessions/talk --profile P1=p1.json
groupaffect analyze next.mp4 --profile P1=p1.json
```

## When to use it, and when not
- **Ask for half a minute of rest first.** Where you know when somebody rests (before the talk
  begins, while they listen to instructions), `--teacher neutral --neutral 10-40` learns one number
  for each emotion and model from it. It gained most for people whom the models misread, simulated
  and rendered, needs no group that is alike, and cost people who are read well least of what always
  applies: see *Without a homogeneous group* and *Rendered people*. Nothing tests whether
  the stretch was rest: if the person smiled, smiles are read as nothing from then on.
- **The group as teacher** (the default, without `--teacher`) is for recordings in which nobody was
  asked to rest: somebody whom the models misread all the time, in a group that reacts together
  (laughs at the same things, works on the same puzzle), with five minutes or more to learn from.
- **Do not use it** to make a person agree with the group. Where people do not show the same, labels
  from the others are wrong. The command refuses a group that is not alike beyond chance, too few
  seconds or too few emotions, with figures; `--anyway` overrules and is written into the profile.
- **Do not use it for everybody.** A correction is kept only if it agrees more with the labels of
  blocks of {block_s} s that it was not fitted on, by two standard errors; else the command says
  that there is nothing to learn. For a person who is read well a profile is a risk, as the
  column *--anyway* shows.
- **Of the group, an offset first.** It is one number for each emotion and model, and learns more of
  how often the others show each expression than of when: it bears wrong labels well, but a person
  who truly shows something more often than the others is read wrongly by it. Where *wrong group*
  gains as much as *as decided*, how often is all there was to learn. A head can learn more, and
  more that is wrong.
- **Fine-tuning is the third resort**: `--adapter fine-tune --recording talk.mp4` trains the image
  network itself further on the person's faces. It needs PyTorch (extra `train`) and the recording,
  for `analyze` too: a stored session keeps no picture that it could read. What it was seen to gain,
  on rendered people alone: [fine_tuning.md](fine_tuning.md).
- **Online** (`--teacher online`) follows how often the others show each expression over minutes. It
  helps those who are misread and costs those who are not: use it for nobody you have not watched.
- **Agreement with the group is no truth.** `--json` gives it only beside a control, a profile
  learned from the labels of another time; `--truth` compares with what people say they saw.
- A profile holds no picture: some numbers for each model, and where they come from. Embeddings
  are more: {embedding_bytes} bytes a face and frame before compression, {embedding_mb:.0f} MB for
  30 minutes of four people at 25 frames a second. Something of a face could be drawn from them:
  treat them as you treat the recording. `forget` removes a person's from a session, and their
  profiles in it and in files below its `--in`. Profiles of other members whose labels that
  person helped to make are kept, and named as not reached: they rest on what the others showed
  together, in a pair on that person alone. Who wants them gone too deletes them and learns anew
  from the session as it is then.
- A profile is of one version of the networks; after an update it is refused, and made again.

## How it learns
The others are fused anew as if the person had not been there, so that no weight or filter of
theirs knows the person (METHODS 9). Their mean is the label, soft and unsharpened: sharper or
filtered labels no longer have the shared models' own errors, and would teach those. The first half
is learned from unless told otherwise; {gap_s} s at the border, as long as the longest filter
remembers, neither teach nor test. Fitted is a multinomial logistic regression that starts at the
shared last layer and is pulled to it; how strongly is chosen on the blocks left out. Agreement
decides whether it is kept, not likelihood: labels are duller than the person's own expressions, and
to become as dull makes them likelier without reading anything better.
"""


def write_page(result: dict[str, Any], proofs: Mapping[str, dict[str, Any]]) -> str:
    """Return the page as Markdown.

    Parameters
    ----------
    result : of ``study``. proofs : of ``load_proofs``; sections without figures are left out.
    """
    n_bytes = 2 * sum(map(embedding_width, ("image_model", "landmark_model")))  # half precision
    parts = [
        _HEAD.format(
            command=result["command"],
            block_s=BLOCK_S,
            gap_s=filter_gap_s(preset("default")),
            embedding_bytes=n_bytes,
            embedding_mb=n_bytes * 4 * 25 * 1800 / 1e6,
        ),
        _main_section(result),
        _apart_section(result),
        _sweep_section(result),
        *write_sections(proofs),
        _about_section(result),
    ]
    return "\n".join(parts)


def _main_section(result: dict[str, Any]) -> str:
    titles = (
        "person | later faces | before | head or offset | refused | as decided | worst decile",
        "--anyway | wrong group | adaptive fusion, as decided",
    )
    rows = [
        [
            *(row["manner"], row["looks"], f"{100 * row['before']['macro_f1']:.1f}", name),
            f"{100 * found['refused']:.0f} %",
            *(
                gain(found["decided"]["macro_f1"]),
                points(found["decided"]["macro_f1"]["worst_decile"]),
            ),
            *(
                gain(found["anyway"]["macro_f1"]),
                gain(found["wrong_group"]["macro_f1"]),
                gain(found["adaptive"]["macro_f1"]),
            ),
        ]
        for row in result["main"]
        for name, found in row["adapters"].items()
    ]
    n = result["main"][0]["adapters"]["offset"]["decided"]["macro_f1"]["n"]
    return (
        "## What it gains\n"
        f"Five minutes to learn from, {result['test_s'] // 60} to test on, four members who react "
        f"together, {n} people a row. Macro F1 in points (of 100); gains with 95 % intervals over "
        "people. *Same* faces: the person wears the same looks later on; *new*: wholly other "
        "pictures, which are other people's too, so that only what is lasting can help.\n\n"
        + _table(" | ".join(titles).split(" | "), rows)
        + "\n\n"
        + _targets(result)
        + "\n"
    )


def _targets(result: dict[str, Any]) -> str:
    """Return what was to be reached and what was, in sentences."""
    offsets = {
        (row["manner"], row["looks"]): row["adapters"]["offset"]["decided"]["macro_f1"]
        for row in result["main"]
    }
    biased = [offsets["biased", looks]["mean"] for looks in ("same", "new")]
    strongest = max(result["bias"], key=lambda row: float(row["bias"]))
    lasting = strongest["adapters"]["offset"]["decided"]["macro_f1"]["mean"]
    others = [offsets[manner, looks]["mean"] for manner, looks in offsets if manner not in BIASED]
    mean = sum(others) / len(others)
    return (
        "- Target 1, biased people gain 10 points at 5 minutes: "
        f"{reached(min(biased), least=0.1)} by the offset at "
        f"usual strength ({points(biased[0])} same, {points(biased[1])} new faces); "
        f"{points(lasting)} where the bias is twice as strong.\n"
        f"- Target 2, people who are not biased lose no more than 1 point on average: "
        f"{reached(mean, least=-0.01)} by the offset ({points(mean)})."
    )


def _apart_section(result: dict[str, Any]) -> str:
    rows = [
        [
            *(row["manner"], name, f"{100 * found['refused']:.0f} %"),
            *(gain(found["decided"]["macro_f1"]), gain(found["anyway"]["macro_f1"])),
            gain(found["anyway"]["group_pearson"], factor=1.0),
        ]
        for row in result["apart"]
        for name, found in row["adapters"].items()
    ]
    columns = ["person", "adapter", "refused", "as decided", "--anyway", "r with the others"]
    circle = result["circular"]
    trap = [
        [
            name,
            f"{found['before']:.2f}",
            f"{found['after']:.2f}",
            gain(found["gain"], factor=1.0),
        ]
        for name, found in circle.items()
    ]
    return (
        "## The trap: people who have nothing to do with each other\n"
        "Four people who show things independently; nothing true can be learned from the others "
        "but how often things are shown. Gains in points of macro F1, and in Pearson's r with the "
        "others on held-out seconds (--anyway).\n\n"
        + _table(columns, rows)
        + "\n\nThe same people, usual ones, a head learned anyway: r with the labels before and "
        "after, where labels include the person and where they do not. Including the person, "
        "readings and group agree although there is nothing to agree on.\n\n"
        + _table(["labels", "r before", "r after", "gain"], trap)
        + "\n"
    )


def _sweep_section(result: dict[str, Any]) -> str:
    def table(name: str, key: str, head: str) -> str:
        rows = [
            [
                *(row["manner"], f"{row[key]:g}", f"{100 * row['before']['macro_f1']:.1f}"),
                f"{100 * row['adapters']['offset']['refused']:.0f} %",
                *(
                    gain(row["adapters"]["offset"][way]["macro_f1"])
                    for way in ("decided", "anyway")
                ),
            ]
            for row in result[name]
        ]
        return _table(["person", head, "before", "refused", "as decided", "--anyway"], rows)

    return (
        "## From how much, and how bad\n"
        "An offset, the same faces later on; one thing changed at a time.\n\n"
        "![Gain by minutes, homogeneity, label noise and strength](figures/personal.png)\n\n"
        + "\n\n".join(
            [
                table("minutes", "minutes", "minutes"),
                table("following", "follow", "members who go along with a change"),
                table("noise", "noise", "labels of another second"),
                table("bias", "bias", "strength of the bias"),
            ]
        )
        + "\n"
    )


def _about_section(result: dict[str, Any]) -> str:
    return (
        "## What the numbers rest on\n"
        f"{result['n_faces']:,} real faces of FER-2013's PublicTest (the {result['half']} half), "
        "with what the shipped networks read in them and their embeddings, made anew at each run "
        "and never stored. A second mixes a face with the wavering measured on video, readings "
        "and embeddings alike. *Biased*: what sets neutral faces that read as another emotion "
        "apart is added to all that the person shows. *Resting*: only the neutral faces are such. "
        "*Subtle*: faces that few raters agree on. *Idiosyncratic*: three emotions shown by faces "
        "that raters agree on and a model misreads. All are mixtures of many people's pictures: "
        "how one real person's face goes on over weeks is not in them, and no real group has been "
        "tested. What was chosen (two standard errors, pulls, blocks) was chosen on the other "
        "half of the faces.\n\n"
        "Networks: " + ", ".join(f"{k} `{v[:8]}`" for k, v in result["networks"].items()) + ".\n"
    )


def draw_sweeps(result: dict[str, Any]) -> Figure:
    """Draw the gain against minutes, homogeneity, label noise and strength of the bias."""
    figure = Figure(figsize=(9.0, 3.2), layout="constrained")
    panels = figure.subplots(1, 4, sharey=True)
    what = (
        ("minutes", "minutes", "minutes learned from"),
        ("following", "follow", "members going along"),
        ("noise", "noise", "wrong labels"),
        ("bias", "bias", "strength of the bias"),
    )
    for axes, (name, key, title) in zip(panels, what, strict=True):
        _draw_sweep(axes, result[name], key)
        axes.set_xlabel(title)
    panels[0].set_ylabel("gain in macro F1, points")
    panels[0].legend(frameon=False, fontsize=9)
    return figure


def _draw_sweep(axes: Axes, rows: Sequence[Row], key: str) -> None:
    axes.axhline(0.0, color="#8A8A8A", linewidth=1)
    for manner in dict.fromkeys(row["manner"] for row in rows):
        own = [row for row in rows if row["manner"] == manner]
        found = [row["adapters"]["offset"]["anyway"]["macro_f1"] for row in own]
        x = [row[key] for row in own]
        low, high = zip(*([100 * bound for bound in one["interval"]] for one in found), strict=True)
        axes.fill_between(x, low, high, color=_COLOURS[manner], alpha=0.15, linewidth=0)
        y = [100 * one["mean"] for one in found]
        axes.plot(x, y, "o-", color=_COLOURS[manner], markersize=4, label=f"{manner}, --anyway")
        decided = [100 * row["adapters"]["offset"]["decided"]["macro_f1"]["mean"] for row in own]
        axes.plot(x, decided, "--", color=_COLOURS[manner], linewidth=1, label="as decided")
    axes.spines[["top", "right"]].set_visible(False)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(table_rows(columns, rows))
