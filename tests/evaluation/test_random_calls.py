from __future__ import annotations

from itertools import pairwise

import numpy as np

from groupaffect.evaluation.composed_calls import truth_of
from groupaffect.evaluation.random_calls import DURATION_S, SCENE_LENGTHS_S, random_call

PEOPLE = [f"person {k}" for k in range(7)]


def test_random_call_shows_everybody_once_and_changes_now_and_then() -> None:
    for seed in range(50):
        call = random_call(np.random.default_rng(seed), PEOPLE)
        starts = [scene.start_s for scene in call.scenes]
        assert (starts[0], call.duration_s) == (0.0, DURATION_S)
        lengths = [round(b - a, 2) for a, b in pairwise(starts)]
        assert set(lengths) <= set(SCENE_LENGTHS_S)
        shown = [[name for name, _ in truth.people] for truth in truth_of(call)]
        assert all(2 <= len(set(names)) == len(names) <= 5 for names in shown)
        assert len({name for names in shown for name in names}) <= 5
        for before, after in pairwise(shown):
            assert len(set(before) ^ set(after)) <= 1


def test_random_call_follows_from_its_seed() -> None:
    calls = [random_call(np.random.default_rng(seed), PEOPLE) for seed in (1, 1, 2)]
    assert calls[0] == calls[1] != calls[2]
