from __future__ import annotations

import numpy as np
import pytest

from groupaffect.errors import UsageError
from groupaffect.fusion.fixed import step_fixed
from groupaffect.fusion.weights import start_weights
from groupaffect.settings import FusionSettings


def test_start_weights_are_half_each() -> None:
    weights = start_weights(3)
    np.testing.assert_array_equal(weights.both, np.full((3, 2), 0.5))
    assert weights.reason == ("start",) * 3


def test_start_weights_outside_0_to_1_is_refused() -> None:
    with pytest.raises(UsageError, match=r"within 0\.\.1, but got 1\.2"):
        start_weights(2, image_weight=1.2)


def test_fixed_weights_never_move() -> None:
    weights = start_weights(3, image_weight=0.7)
    for counts in ([0, 9, 3], [5, 0, 0]):
        weights = step_fixed(
            weights, np.array(counts), np.ones(3, dtype=bool), settings=FusionSettings()
        )
    np.testing.assert_allclose(weights.both, [[0.7, 0.3]] * 3)
