"""The ground truth as a table that other studies read: a row a second, a column a participant."""

from __future__ import annotations

import numpy as np

from groupaffect.evaluation.agreement.majority import find_truth
from groupaffect.evaluation.ratings.seconds import RatedSeconds
from groupaffect.types import EMOTIONS


def truth_rows(
    rated: RatedSeconds, session: str, *, k: int
) -> tuple[tuple[str, ...], list[list[str]]]:
    """Return the columns and rows of a session's truth, for ``evaluation.truth.read_truth``.

    Every second up to the last rated one has a row; a cell is empty where there is no truth.
    """
    here = rated.session == session
    truth = find_truth(rated.emotion[here], k=k, n_labels=len(EMOTIONS))
    people = tuple(str(name) for name in np.unique(rated.participant[here]))
    second = rated.second[here]
    cells = np.full((int(second.max(initial=-1)) + 1, len(people)), "", dtype=object)
    for column, person in enumerate(people):
        own = (rated.participant[here] == person) & (truth >= 0)
        cells[second[own], column] = [EMOTIONS[label] for label in truth[own]]
    rows = [[str(t), *map(str, row)] for t, row in enumerate(cells.tolist())]
    return ("second", *people), rows
