"""Damaged recordings give a whole session or one sentence; ``make fuzz`` tries ten times more."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fuzz.cases import make_case
from fuzz.mutations import MUTATIONS, mutate
from fuzz.seeds import write_seeds
from fuzz.supervisor import run_cases

N_CASES = 200


def test_damaged_recordings_keep_the_contract(tmp_path: Path) -> None:
    answers = list(run_cases(range(N_CASES), scratch=tmp_path))
    found = {answer["case"]: answer["findings"] for answer in answers if answer["findings"]}
    assert not found, "see it again: PYTHONPATH=src:tests python -m fuzz --case NUMBER"
    n_sessions = sum(answer["session"] for answer in answers)
    assert 40 < n_sessions < 160  # else too little is damaged, or all is refused at the door


def test_case_is_the_same_each_time(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        (tmp_path / name / "in").mkdir(parents=True)
        seeds = write_seeds(tmp_path / name)
        case = make_case(7, seeds, tmp_path / name / "in")
        made.append((case.done, case.settings, case.path.read_bytes()))
    assert made[0] == made[1]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_mutation_changes_something(mutation: object, rng: np.random.Generator) -> None:
    data = bytes(range(256)) * 8
    assert callable(mutation)
    assert any(bytes(mutation(bytearray(data), rng)) != data for _ in range(5))


def test_mutate_takes_an_empty_file(rng: np.random.Generator) -> None:
    assert mutate(b"", rng)[0] == b""
