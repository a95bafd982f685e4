from __future__ import annotations

import numpy as np

from groupaffect.personal.group_labels import GroupLabels, count_labels, label_seconds
from groupaffect.personal.objections import object_to_labels
from groupaffect.settings import PersonalSettings


def test_label_is_the_mean_of_who_is_visible(rng: np.random.Generator) -> None:
    others = rng.dirichlet(np.ones(7), (30, 3))
    others[rng.random((30, 3)) < 0.4] = np.nan
    labels = label_seconds(others, settings=PersonalSettings(min_visible_share=0.5))
    for row, label, weight in zip(others, labels.probability, labels.weight, strict=True):
        seen = [person for person in row if not np.isnan(person[0])]
        if len(seen) < 2:
            assert np.isnan(label).all()
            assert weight == 0
        else:
            np.testing.assert_allclose(label, np.mean(seen, axis=0))
            assert weight == 1


def test_unsure_labels_do_not_count() -> None:
    sure, unsure = np.eye(7)[3], np.full(7, 1 / 7)
    labels = label_seconds(
        np.stack([sure, unsure])[:, None], settings=PersonalSettings(min_confidence=0.3)
    )
    assert labels.weight.tolist() == [1.0, 0.0]


def test_nobody_else_gives_no_label() -> None:
    labels = label_seconds(np.full((2, 3, 7), np.nan), settings=PersonalSettings())
    assert np.isnan(labels.probability).all()
    assert not labels.weight.any()


def test_few_emotions_are_refused_with_numbers() -> None:
    labels = GroupLabels(np.eye(7)[[3] * 200 + [6] * 9], np.ones(209))
    counts = count_labels(labels, chosen=np.ones(209, dtype=bool))
    (said,) = object_to_labels([counts], settings=PersonalSettings())
    assert said == (
        "only 1 emotion is shown for 10 s or more, of 3 needed (happy 200 s, neutral 9 s)"
    )
