from __future__ import annotations

import math

import pytest

from groupaffect.training.schedule import one_cycle


def test_one_cycle_climbs_in_a_line_and_falls_in_a_half_cosine() -> None:
    assert one_cycle(0.0) == pytest.approx(0.05)
    assert one_cycle(0.04) == pytest.approx(0.525)
    assert one_cycle(0.08) == pytest.approx(1.0)
    assert one_cycle(0.08 - 1e-9) == pytest.approx(1.0)
    for share in (0.25, 0.5, 0.75, 1.0):
        wanted = (1 + math.cos(math.pi * share)) / 2
        assert one_cycle(0.08 + 0.92 * share) == pytest.approx(wanted)
