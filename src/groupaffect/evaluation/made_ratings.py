"""Ratings by three people who do not exist, whose agreement is known: ``make example-ratings``.

Each sees the truth with probability c, else rates by habit. All have the same habit, the
distribution of the truth. Then two agree with probability c^2 + (1 - c^2) x chance, so within a
recording alpha and every kappa are c^2, whatever the habit. Writes ``anna.csv``, ``ben.csv`` and
``cleo.csv``, which ``groupaffect agree`` takes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from groupaffect.session.csv_tables import write_csv
from groupaffect.types import EMOTIONS

RATERS = ("anna", "ben", "cleo")
COLUMNS = ("session", "second", "participant", "emotion")
SEES = 0.75  # probability that a rater sees the truth
MISSING = 0.03  # share of seconds that a rater leaves empty
N_S, DWELL_S = 300, 4.0  # of a recording; of an expression, on average
PEOPLE = ("P1", "P2", "P3", "P4")
# Shares of the expressions in the order of EMOTIONS: an original with more happiness than its fake.
HABITS = {
    "original": (0.06, 0.02, 0.05, 0.37, 0.13, 0.09, 0.28),
    "deepfake": (0.10, 0.08, 0.04, 0.14, 0.16, 0.12, 0.36),
}
SEED = 9


def simulate_truth(
    rng: np.random.Generator, *, habit: Float[np.ndarray, " 7"], n_s: int, dwell_s: float
) -> Int[np.ndarray, " n_s"]:
    """Return positions in ``EMOTIONS`` that each last ``dwell_s`` seconds on average."""
    anew = rng.random(n_s) < 1 / dwell_s
    anew[0] = True
    drawn = rng.choice(len(EMOTIONS), size=n_s, p=habit)
    return drawn[np.maximum.accumulate(np.where(anew, np.arange(n_s), 0))]


def simulate_ratings(
    rng: np.random.Generator,
    truth: Int[np.ndarray, " n_s"],
    *,
    habit: Float[np.ndarray, " 7"],
    sees: float,
) -> Int[np.ndarray, "n_s 3"]:
    """Return what each of ``RATERS`` says.

    Examples
    --------
    >>> rng, even = np.random.default_rng(0), np.full(7, 1 / 7)
    >>> said = simulate_ratings(rng, np.full(9000, 3), habit=even, sees=0.75)
    >>> (said == 3).mean(axis=0).round(1).tolist()  # .75 + .25 / 7
    [0.8, 0.8, 0.8]
    """
    shape = (len(truth), len(RATERS))
    guess = rng.choice(len(EMOTIONS), size=shape, p=habit)
    return np.where(rng.random(shape) < sees, truth[:, None], guess)


def write_made_ratings(output: Path) -> None:
    """Write each rater's sheet into a folder."""
    rng = np.random.default_rng(SEED)
    rows: dict[str, list[tuple[str | int, ...]]] = {rater: [] for rater in RATERS}
    for recording, shares in HABITS.items():
        habit = np.array(shares) / sum(shares)
        for who in PEOPLE:
            truth = simulate_truth(rng, habit=habit, n_s=N_S, dwell_s=DWELL_S)
            said = simulate_ratings(rng, truth, habit=habit, sees=SEES)
            left_out = rng.random(said.shape) < MISSING
            for column, rater in enumerate(RATERS):
                rows[rater] += [
                    (recording, t, who, "" if left_out[t, column] else EMOTIONS[said[t, column]])
                    for t in range(N_S)
                ]
    output.mkdir(parents=True, exist_ok=True)
    for rater in RATERS:
        write_csv(output / f"{rater}.csv", COLUMNS, rows[rater])


def main() -> None:
    """Make the ratings."""
    parser = argparse.ArgumentParser(prog="python -m groupaffect.evaluation.made_ratings")
    parser.add_argument("--output", type=Path, default=Path("example-ratings"))
    write_made_ratings(parser.parse_args().output)


if __name__ == "__main__":
    main()
