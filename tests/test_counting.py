"""Numbers of things in sentences."""

from __future__ import annotations

import pytest

from groupaffect.counting import counted


@pytest.mark.parametrize(
    ("n", "told"), [(0, "0 stretches"), (1, "1 stretch"), (2, "2 stretches"), (21, "21 stretches")]
)
def test_counted_has_the_right_number(n: int, told: str) -> None:
    assert counted(n, "stretch", things="stretches") == told
    assert counted(n, "block") == told.replace("stretches", "blocks").replace("stretch", "block")
