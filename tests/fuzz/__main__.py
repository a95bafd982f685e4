"""``python -m fuzz --cases 2000``, or ``--case 123`` to see one again and keep its files."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from fuzz.supervisor import run_cases


def main() -> int:
    """Run cases, print what is found, and return 1 when anything was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=2000, help="from --first on")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--case", type=int, help="this one alone")
    parser.add_argument("--scratch", type=Path, help="keeps the files of cases with findings")
    arguments = parser.parse_args()
    scratch = arguments.scratch or Path(tempfile.mkdtemp(prefix="fuzz-"))
    scratch.mkdir(parents=True, exist_ok=True)
    numbers = range(arguments.first, arguments.first + arguments.cases)
    if arguments.case is not None:
        numbers = range(arguments.case, arguments.case + 1)
    started_s = time.perf_counter()
    n_failed = n_sessions = 0
    slowest_s, peak_mb = 0.0, 0
    for answer in run_cases(numbers, scratch=scratch):
        n_failed += bool(answer["findings"])
        n_sessions += bool(answer.get("session"))
        slowest_s = max(slowest_s, answer["wall_s"])
        peak_mb = max(peak_mb, answer.get("peak_mb", 0))
        for finding in dict.fromkeys(answer["findings"]):
            done = ", ".join(answer.get("done", ["?"]))
            sys.stdout.write(f"case {answer['case']} ({done}): {finding}\n")
            sys.stdout.flush()
        if arguments.case is not None:
            sys.stdout.write(f"{answer}\n")
    sys.stdout.write(
        f"{len(numbers)} cases, {n_failed} with findings, {n_sessions} gave a session; slowest "
        f"{slowest_s:.1f} s, peak {peak_mb} MB, {time.perf_counter() - started_s:.0f} s in all; "
        f"files in {scratch}\n"
    )
    return 1 if n_failed else 0


if __name__ == "__main__":
    sys.exit(main())
