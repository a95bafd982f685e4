"""Folding the causal steps over a session on disk gives what its files say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from groupaffect.adaptive import trace_of
from groupaffect.change_events import finish_events
from groupaffect.reading_fold import fold_readings
from reference.folded_session import make_readings, write_folded

N_S = 50
LATE = {"P3": 9.0}


def test_folding_the_steps_over_a_recorded_session_equals_its_files(tmp_path: Path) -> None:
    session = write_folded(tmp_path / "s", make_readings(N_S, joined_s=LATE))
    settings = session.record.settings
    *_, last = passing = list(
        fold_readings(session.iterate_readings(), settings, end_s_of=lambda _: float(N_S))
    )
    seconds = [r for passed in passing if passed.seconds for r in passed.seconds.results]
    stored = {(s.participant, s.source): s.probability for s in session.signals}
    for result in seconds:
        for place, name in enumerate(result.participants):
            for source, live in (
                ("image", result.image),
                ("landmark", result.landmark),
                ("fused", result.fused),
            ):
                np.testing.assert_allclose(
                    live[place], stored[name, source][result.second], atol=1e-6
                )
    assert [result.second for result in seconds] == list(range(N_S))

    trace = trace_of(last.fold.adaptive, end_s=N_S, settings=settings.fusion)
    np.testing.assert_allclose(trace.weight, session.fusion.weight, atol=1e-6)
    assert trace.reason.tolist() == session.fusion.reason.tolist()

    settled = sorted((e for r in seconds for e in r.events), key=lambda e: (e.start_s, e.kind))
    live_events = finish_events(settled, end_s=float(N_S))
    assert len(live_events) == len(session.events) > 5
    for live_event, event in zip(live_events, session.events, strict=True):
        assert (live_event.kind, live_event.participants) == (event.kind, event.participants)
        assert (live_event.start_s, live_event.end_s) == (event.start_s, event.end_s)
        # the table keeps six significant digits
        assert live_event.strength == pytest.approx(event.strength, rel=5e-6)
