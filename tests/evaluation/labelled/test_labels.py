from __future__ import annotations

import numpy as np
import pytest

from groupaffect.evaluation.labelled.labels import read_label
from groupaffect.evaluation.labelled.row import BadRowError
from groupaffect.types import EMOTIONS


@pytest.mark.parametrize("number", range(7))
def test_label_number_is_in_fer_2013_order(number: int) -> None:
    forms = (number, float(number), str(number), f" {number} ", f"{number}.0", np.int8(number))
    assert {read_label(form) for form in forms} == {number}


@pytest.mark.parametrize(
    ("words", "emotion"),
    [
        pytest.param(("angry", "anger", "Angry ", "ANGER"), "angry", id="angry"),
        pytest.param(("disgust", "disgusted"), "disgust", id="disgust"),
        pytest.param(("fear", "fearful", "afraid", "scared"), "fear", id="fear"),
        pytest.param(("happy", "happiness", "joy"), "happy", id="happy"),
        pytest.param(("sad", "sadness"), "sad", id="sad"),
        pytest.param(("surprise", "surprised"), "surprise", id="surprise"),
        pytest.param(("neutral", "neutrality"), "neutral", id="neutral"),
    ],
)
def test_label_word_has_its_synonyms(words: tuple[str, ...], emotion: str) -> None:
    assert {EMOTIONS[int(read_label(word))] for word in words} == {emotion}


@pytest.mark.parametrize("word", ["contempt", "Boredom", "unknown", "true"])
def test_label_of_another_word_is_that_word(word: str) -> None:
    assert read_label(word) == word.lower()


@pytest.mark.parametrize("value", [7, -1, 2.5, "7", "-1", "1e9", float("inf"), "inf"])
def test_label_out_of_range_is_bad(value: object) -> None:
    with pytest.raises(BadRowError, match=r"is not within 0\.\.6"):
        read_label(value)


@pytest.mark.parametrize("value", [None, "", "  ", float("nan"), "nan"])
def test_label_missing_is_bad(value: object) -> None:
    with pytest.raises(BadRowError, match="no label"):
        read_label(value)
