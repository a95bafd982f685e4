"""A study with raters from the empty sheets to what the models read rightly, by commands alone."""

from __future__ import annotations

import csv
import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from pympi import Eaf

from app.running import Run, make_run
from groupaffect.types import EMOTIONS
from reference.random_session import make_analysis, write_session
from reference.simulated_raters import share_of_neutral, simulate_ratings, simulate_truth

SEES = 0.8  # of the seconds; else a rater follows habit
N_S, PEOPLE = 300, ("P1", "P2")
SHEETS = ("anna.csv", "ben.csv", "cleo.eaf")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return make_run(capsys)


def fill_csv(sheet: Path, said: dict[str, np.ndarray]) -> None:
    with sheet.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["emotion"] = EMOTIONS[said[row["participant"]][int(row["second"])]]
    with sheet.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [*rows[0]])
        writer.writeheader()
        writer.writerows(rows)


def fill_eaf(sheet: Path, said: dict[str, np.ndarray]) -> None:
    document = Eaf(str(sheet))
    for tier, (_, _, attributes, _) in document.tiers.items():
        words = said[attributes["PARTICIPANT"]]
        edges = [0, *(np.flatnonzero(np.diff(words)) + 1).tolist(), len(words)]
        for start, end in itertools.pairwise(edges):
            document.add_annotation(tier, 1000 * start, 1000 * end, EMOTIONS[words[start]])
    document.to_file(str(sheet))


def test_three_raters_of_known_error_from_sheet_to_score(tmp_path: Path, run: Run) -> None:
    rng, habit = np.random.default_rng(8), share_of_neutral(0.4)
    shown = {who: simulate_truth(rng, habit=habit, n_s=N_S, dwell_s=4.0) for who in PEOPLE}
    said = {who: simulate_ratings(rng, shown[who], habit=habit, sees=SEES) for who in PEOPLE}
    folder = write_session(tmp_path / "talk", make_analysis(n_participants=2, n_s=N_S)).path
    for column, name in enumerate(SHEETS):
        sheet = tmp_path / "ratings" / name
        sheet.parent.mkdir(exist_ok=True)
        words = ("export", folder, "--to", "rating-sheet", "--output", sheet, "--quiet")
        assert run(*words) == (0, "", "")
        own = {who: said[who][:, column] for who in PEOPLE}
        (fill_csv if name.endswith(".csv") else fill_eaf)(sheet, own)

    words = ("agree", tmp_path / "ratings", "--session", folder, "--output", tmp_path / "agreed")
    code, out, err = run(*words, "--json", "-")
    found = json.loads(out)
    assert (code, err, found["raters"]) == (0, "", ["anna", "ben", "cleo"])
    low, high = found["overall"]["alpha_interval"]
    assert low < SEES**2 < high  # known: see `simulated_raters`
    assert high - low < 0.15
    assert found["overall"]["n_complete"] == 2 * N_S

    truth = tmp_path / "agreed" / "truth.csv"
    with truth.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    right = [
        row[who] == EMOTIONS[shown[who][int(row["second"])]]
        for row in rows
        for who in PEOPLE
        if row[who]
    ]
    assert len(right) == found["truth"][0]["n"]
    assert np.mean(right) > 0.93  # of one rater alone .85: c + (1 - c) x chance

    code, out, _ = run("complement", folder, "--truth", truth, "--json", "-")
    scored = json.loads(out)
    assert code == 0
    assert 0 < scored["n_seconds"] <= len(right)
