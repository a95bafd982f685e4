"""What fine-tuning gains on rendered people, beside the offset and the head: ``make fine-tune``.

A recording of people who do not exist, one of whom has a biased resting face. Writes
``benchmarks/fine_tuning.json`` and ``docs/fine_tuning.md``. Needs PyTorch (extra ``train``).
"""

from __future__ import annotations

import argparse
import contextlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from groupaffect.errors import SessionExistsError
from groupaffect.evaluation.personal.courses import examine_profile, make_exams
from groupaffect.evaluation.personal.sources import Exam
from groupaffect.evaluation.plain_values import to_plain
from groupaffect.inference import network_hashes
from groupaffect.person_profile import ADAPTERS, AdapterKind
from groupaffect.personalization import Request, open_sessions, read_own_rows, teach_person
from groupaffect.profile_notation import profile_to_dict
from groupaffect.recording import analyze
from groupaffect.settings import preset
from groupaffect.synthetic.script_reading import read_script
from groupaffect.synthetic.synthesis import RECORDING_FILE, synthesize
from groupaffect.synthetic.truth import PARTICIPANTS_FILE, TRUTH_FILE

COMMAND = "make fine-tune"
EVERY = 2  # frames; 2.5 a second are enough, as at most 2 are learned from
SOURCES = ("adaptive", "personal", "wrong group")

_PAGE = """# Fine-tuning the image network on one person

*Written by `{command}`: people who do not exist, in one rendered recording.*

```
pip install 'groupaffect[train]'
groupaffect personalize sessions/talk --participant P1 --adapter fine-tune \\
    --recording talk.mp4 --output p1.json
groupaffect analyze next.mp4 --profile P1=p1.json
```

The third kind of [personal model](personal.md), and the paper's own: the image network's last block
of convolutions and its last layer are trained further on the person's faces, which are cut anew out
of the recording where the session saw them. Labels, refusals and the decision whether the profile
is kept are those of the offset and the head. What moved is pulled to where it started (L2-SP), and
how strongly is chosen on blocks of seconds left out.

- **Try the offset and the head first.** They take seconds, need neither PyTorch nor the recording,
  and can be applied to a stored session and taken away from it. Fine-tune where they are refused or
  gain little, and the person is seen for ten minutes or more in a group that reacts together.
- **It reads pictures**, so it is applied by `analyze`, in place of the shared image network, for
  that person alone. The frame table then holds what it read; a reanalysis cannot add it, take it
  away, or merge or swap that person. `forget` can remove them as anybody.
- **A profile is about {megabytes:.1f} MB**: by how much half a million weights moved. No picture is
  kept, but a network that was trained on a face knows more of it than an offset does: treat the
  file as you treat the recording. The session keeps where the profile comes from, not its weights.
- The landmark model stays the shared one.

## What was measured
{minutes:.0f} minutes rendered; the first half learned from, a minute left out, the rest tested on
against what the script says. Macro F1 of adaptive fusion in points (of 100) without and with each
profile, learned whether or not the command would have refused it. Seconds of one recording depend
on each other: intervals are of blocks of them, and of one person, not of people.

{table}

The labels, what the three others showed as it was read, were the truth in {labels:.0f} % of the
seconds learned from. Evidence is agreement with labels, not with the truth: what the shared models
misread in a whole group alike a profile learns too, and the gate cannot tell.

One person in one rendered recording shows what the method does, not whom it helps: whether real
people gain more by it than by a head has not been tested.
"""


def study_fine_tuning(script: Path, work: Path, *, people: Sequence[str]) -> dict[str, Any]:
    """Return what each adapter gains for some people of a rendered recording.

    Parameters
    ----------
    work : folder for the recording and its session; what is there already is taken.
    people : ids.
    """
    session = _make_session(script, work)
    rows = [_try(session, work, who, adapter) for who in people for adapter in ADAPTERS]
    found = {
        "command": COMMAND,
        "minutes": read_script(script).duration_s / 60,
        "rows": rows,
        "networks": network_hashes(),
    }
    return dict(to_plain(found))


def write_page(result: dict[str, Any]) -> str:
    """Return the page as Markdown."""
    columns = "person | profile | before | with it | gain | wrong group | held-out blocks | verdict"
    lines = [columns, " | ".join(["---"] * len(columns.split("|"))), *map(_row, result["rows"])]
    size = max(row["profile_bytes"] for row in result["rows"])
    return _PAGE.format(
        command=result["command"],
        megabytes=size / 1e6,
        minutes=result["minutes"],
        labels=100 * result["rows"][0]["labels_right"],
        table="\n".join(f"| {line} |" for line in lines),
    )


def _row(row: dict[str, Any]) -> str:
    interval = "no interval: too few blocks"
    if row["interval"]:
        low, high = row["interval"]
        interval = f"{100 * low:+.1f} to {100 * high:+.1f}"
    evidence = ", ".join(
        f"{model} {100 * found['gain']:+.1f} ± {100 * found['error']:.1f}"
        for model, found in row["evidence"].items()
    )
    before, after, wrong = (100 * row["macro_f1"][source] for source in SOURCES)
    cells = [
        *(row["name"], row["adapter"], f"{before:.1f}", f"{after:.1f}"),
        f"{after - before:+.1f} ({interval})",
        *(f"{wrong - before:+.1f}", evidence, "refused" if row["objections"] else "kept"),
    ]
    return " | ".join(cells)


def _make_session(script: Path, work: Path) -> Path:
    recording, session = work / "recording", work / "session"
    with contextlib.suppress(SessionExistsError):
        synthesize(read_script(script), output=recording)
    chosen = preset("default")
    with contextlib.suppress(SessionExistsError):
        analyze(
            recording / RECORDING_FILE,
            output=session,
            settings=replace(chosen, media=replace(chosen.media, every=EVERY)),
            names=recording / PARTICIPANTS_FILE,
            keep_embeddings=True,
        )
    return session


def _try(session: Path, work: Path, who: str, adapter: AdapterKind) -> dict[str, Any]:
    recording = work / "recording" / RECORDING_FILE
    recordings = (recording,) if adapter == "fine-tune" else ()
    request = Request(who, adapter=adapter, recordings=recordings, anyway=True)
    profile, courses = teach_person(open_sessions(session), request)
    truth = work / "recording" / TRUTH_FILE
    own = read_own_rows(profile, courses)
    found = examine_profile(profile, own, settings=request.settings, truth=(truth,))
    names = {facts.participant: facts.name for facts in courses[0].session.participants}
    return {
        "participant": who,
        "name": names[who] or who,
        "adapter": adapter,
        "objections": list(profile.objections),
        "evidence": {model: dict(one) for model, one in profile.evidence.items()},
        "macro_f1": {name: found["sources"][name]["macro_f1"]["value"] for name in SOURCES},
        "interval": found["gain"]["macro_f1"]["interval"],
        "n_seconds": found["n_seconds"],
        "labels_right": _labels_right(make_exams(own, settings=request.settings, truth=(truth,))),
        "profile_bytes": len(json.dumps(profile_to_dict(profile), indent=1)),
    }


def _labels_right(exams: Sequence[Exam]) -> float:
    """Return the share of the seconds learned from in which the likeliest label is the truth."""
    right = [
        (exam.labels.probability.argmax(axis=1) == exam.truth)[
            exam.train & (exam.labels.weight > 0)
        ]
        for exam in exams
    ]
    return float(np.concatenate(right).mean())


def main() -> None:
    """Write figures and page."""
    parser = argparse.ArgumentParser(prog="python -m groupaffect.evaluation.personal.fine_tuned")
    parser.add_argument("--script", type=Path, default=Path("benchmarks/resting_face.toml"))
    parser.add_argument("--work", type=Path, required=True, help="gets recording and session")
    parser.add_argument("--people", default="P3", help="ids, with commas")
    parser.add_argument("--json", type=Path, default=Path("benchmarks/fine_tuning.json"))
    parser.add_argument("--page", type=Path, default=Path("docs/fine_tuning.md"))
    arguments = parser.parse_args()
    people = arguments.people.split(",")
    result = study_fine_tuning(arguments.script, arguments.work, people=people)
    arguments.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    arguments.page.write_text(write_page(result), encoding="utf-8")


if __name__ == "__main__":
    main()
