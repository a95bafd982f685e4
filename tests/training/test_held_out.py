from __future__ import annotations

import numpy as np

from groupaffect.training.held_out import held_out_rows


def stills(rng: np.random.Generator, n: int = 3000) -> np.ndarray:
    return rng.integers(0, 256, (n, 6, 6), dtype=np.uint8)


def test_held_out_rows_are_about_one_in_twenty(rng: np.random.Generator) -> None:
    held = held_out_rows(stills(rng))
    assert 100 < held.sum() < 200
    assert held_out_rows(stills(rng), one_in=2).mean() > 0.45


def test_held_out_rows_have_no_twin(rng: np.random.Generator) -> None:
    grey = stills(rng)
    held = np.flatnonzero(held_out_rows(grey))
    doubled = np.concatenate([grey, grey[held[:10]]])
    still_held = held_out_rows(doubled)
    assert not still_held[held[:10]].any()
    assert not still_held[len(grey) :].any()
    assert still_held[held[10:]].all()


def test_held_out_rows_do_not_depend_on_order_or_company(rng: np.random.Generator) -> None:
    grey, order = stills(rng), rng.permutation(3000)
    np.testing.assert_array_equal(held_out_rows(grey[order]), held_out_rows(grey)[order])
    np.testing.assert_array_equal(held_out_rows(grey[:500]), held_out_rows(grey)[:500])
