from __future__ import annotations

import pytest

from groupaffect.errors import UsageError
from groupaffect.evaluation.labelled.pictures import decode_picture
from groupaffect.evaluation.labelled.row import LabelledRow
from groupaffect.evaluation.labelled.splits import take_split


def rows_of(*words: str | None) -> list[LabelledRow]:
    def load() -> object:
        return decode_picture(None)

    return [LabelledRow(k, f"row {k}", load, split=word) for k, word in enumerate(words)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("split", "wanted"),
    [
        pytest.param(None, [0, 1, 2, 3, 4], id="all"),
        pytest.param("train", [0], id="train"),
        pytest.param("valid", [1, 3], id="valid"),
        pytest.param("PublicTest", [1, 3], id="its-own-word"),
        pytest.param("Fold2", [4], id="any-word"),
    ],
)
def test_take_split_knows_the_names_of_a_split(split: str | None, wanted: list[int]) -> None:
    rows = rows_of("Training", "PublicTest", "PrivateTest", "Val", "fold2")
    assert [row.index for row in take_split(rows, split)] == wanted


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(("Training", None), "Training, none", id="others"),
        pytest.param((), "an empty set", id="empty"),
    ],
)
def test_take_split_that_is_not_there_says_which_are(
    words: tuple[str | None, ...], told: str
) -> None:
    with pytest.raises(UsageError, match=f"`--split test` must .* got only {told}"):
        list(take_split(rows_of(*words), "test"))
