from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from groupaffect.evaluation.intervals import wilson_interval


@pytest.mark.parametrize(("n_hits", "n"), [(0, 9), (9, 9), (1, 2), (2368, 3589)])
def test_wilson_interval_equals_scipy(n_hits: int, n: int) -> None:
    wanted = binomtest(n_hits, n).proportion_ci(method="wilson")
    np.testing.assert_allclose(wilson_interval(n_hits, n), [wanted.low, wanted.high], atol=1e-7)
