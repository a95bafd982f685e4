from __future__ import annotations

import json

import numpy as np

from groupaffect.evaluation.model_study import complementarity_by_emotion
from groupaffect.evaluation.model_tables import write_tables
from groupaffect.evaluation.public_test import clear_labels
from groupaffect.types import EMOTIONS, Source


def test_complementarity_by_emotion_counts_each_face_once(rng: np.random.Generator) -> None:
    label = rng.integers(0, 5, 60)  # nobody is surprised or neutral
    sources: tuple[Source, ...] = ("image", "landmark", "fused")
    readings = {source: rng.dirichlet(np.ones(7), 60) for source in sources}
    rows = complementarity_by_emotion(readings, label)
    counts = ("n_both", "n_image", "n_landmark", "n_neither")
    for name in counts:
        assert rows["all"][name] == sum(rows[emotion][name] for emotion in EMOTIONS)
    image = rows["all"]["n_both"] + rows["all"]["n_image"]
    assert image == (readings["image"].argmax(axis=1) == label).sum()
    assert rows["neutral"]["oracle"] is None
    json.dumps(rows, allow_nan=False)


def test_clear_labels_want_one_winner_with_two_votes_among_the_seven() -> None:
    votes = np.array(
        [
            [2, 1, 1, 1, 1, 1, 1, 1, 1],
            [1, 1, 1, 1, 1, 1, 1, 1, 2],  # most saw no face
            [3, 3, 0, 0, 0, 0, 0, 0, 0],
            [0, 0, 0, 0, 0, 0, 1, 0, 0],
            [0, 0, 0, 0, 0, 0, 9, 1, 0],
            [0, 0, 0, 0, 0, 0, 0, 0, 0],
        ]
    )
    assert clear_labels(votes).tolist() == [0, -1, -1, -1, 6, -1]


def made_score(accuracy: float) -> dict[str, object]:
    return {
        "accuracy": accuracy,
        "accuracy_interval": [accuracy - 0.01, accuracy + 0.01],
        "macro_f1": 0.5,
        "macro_f1_interval": [0.4, 0.6],
        "recall": dict.fromkeys(EMOTIONS) | {"happy": 0.91},
        "chance": 0.25,
        "ece": 0.0213,
    }


def test_tables_show_the_figures_they_are_given(rng: np.random.Generator) -> None:
    both = {"all": made_score(0.7012), "without those in Training": made_score(0.6834)}
    sources: tuple[Source, ...] = ("image", "landmark", "fused")
    readings = {source: rng.dirichlet(np.ones(7), 9) for source in sources}
    landmarks = dict.fromkeys(("median", "mean", "median_inner51", "share_over_8"), 0.0456)
    page = write_tables(
        {
            "n": 9,
            "n_known": 2,
            "read_by": {"default": dict.fromkeys(sources, both)},
            "votes": {"n": 5, "accuracy": 0.8},
            "complementarity": {
                "shape": complementarity_by_emotion(readings, np.full(9, 3)),
            },
            "static_weights": {"default": {"fixed .5": made_score(0.69)}},
            "landmarks": {"shape": {"LFW valid": {"n": 7, "n_no_face": 1, **landmarks}}},
        }
    )
    assert "| default | fused | 0.701 [0.691, 0.711] | 0.683 | 0.500 [0.400, 0.600] |" in page
    assert "| default | fixed .5 | 0.690 [0.680, 0.700] | 0.500 | 0.021 |" in page
    assert "| shape | LFW valid | 7 | 1 | 0.0456 |" in page
    tables = [line for line in page.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in tables if "happy" in line} >= {14}
    assert "nan" not in page
    assert "None" not in page
