"""Judge cases one after the other in a process of its own, which a crash may end.

``python -m fuzz.worker SEEDS SCRATCH`` reads case numbers from standard input, a line each, and
answers each with a line of JSON on standard output.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import time
from pathlib import Path

from fuzz.cases import judge, make_case
from fuzz.seeds import write_seeds
from groupaffect.app.failures import hush_libraries

MOST_DATA_BYTES = 3 * 2**30  # beyond it, allocations fail: a bound for the machine's sake
MOST_PEAK_MB = 1000  # of one case, the networks and libraries (about 200) within


def main(seeds_folder: Path, scratch: Path) -> None:
    """Answer case numbers until standard input ends."""
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_DATA_BYTES, MOST_DATA_BYTES))
    hush_libraries()
    seeds = write_seeds(seeds_folder)
    answers = os.fdopen(os.dup(1), "w")
    heard = (scratch / "stderr").open("a+b")
    os.dup2(heard.fileno(), 1)
    os.dup2(heard.fileno(), 2)
    for line in sys.stdin:
        answers.write(json.dumps(_answer(int(line), seeds, scratch, heard.fileno())) + "\n")
        answers.flush()


def _answer(number: int, seeds: list[Path], scratch: Path, heard: int) -> dict[str, object]:
    folder = scratch / f"case-{number}"
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("in", "out"):
        (folder / name).mkdir(parents=True)
    case = make_case(number, seeds, folder / "in")
    os.ftruncate(heard, 0)
    _forget_peak()
    started_s = time.perf_counter()
    findings = judge(case, folder / "out" / "session")
    wall_s = time.perf_counter() - started_s
    is_session = (folder / "out" / "session").exists()
    if said := os.pread(heard, 500, 0):
        findings.append(f"said beside the sentence: {said.decode(errors='replace')!r}")
    if (peak_mb := _peak_mb()) > MOST_PEAK_MB:
        findings.append(f"a peak of {peak_mb:.0f} MB")
    if not findings:
        shutil.rmtree(folder)
    return {
        "case": number,
        "done": case.done,
        "findings": findings,
        "session": is_session,
        "wall_s": round(wall_s, 3),
        "peak_mb": round(peak_mb),
    }


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
