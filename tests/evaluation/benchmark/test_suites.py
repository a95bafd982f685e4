"""The suites as a whole: schema, determinism, null groups, stored sessions, page."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evaluation.benchmark.made_pools import made_sight
from groupaffect.errors import UsageError
from groupaffect.evaluation.benchmark import suites
from groupaffect.evaluation.benchmark.conditions import LIVELY, Condition
from groupaffect.evaluation.benchmark.grid import is_known, public_conditions, quick_conditions
from groupaffect.evaluation.benchmark.group_session import GroupSession, simulate_session
from groupaffect.evaluation.benchmark.nulls import kind_of, null_session
from groupaffect.evaluation.benchmark.stored_sessions import read_session, read_sessions
from groupaffect.evaluation.benchmark.study_page import (
    event_lines,
    gain_on_single,
    method_table,
    worst_trait,
)
from groupaffect.evaluation.benchmark.suites import run_suite, score_sessions, share_of_gap
from groupaffect.evaluation.benchmark.train_gate import LEARNED_FROM
from groupaffect.evaluation.benchmark.ways import METHODS, fuse_by_parts
from groupaffect.types import EMOTIONS

FIGURES = {
    *("accuracy", "accuracy_interval", "macro_f1", "macro_f1_interval", "event_f1_group"),
    *("event_f1_individual", "false_changes_per_min", "group_jsd", "share_at_clamp"),
}
TINY = [
    Condition("subtle", ("subtle",), LIVELY, n_members=2, duration_s=40),
    Condition("coarse", ("coarse",), LIVELY, n_members=2, duration_s=40),
]


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the quick suite hold two short groups and three of strangers."""
    monkeypatch.setattr(suites, "quick_conditions", lambda: TINY)
    monkeypatch.setattr(suites, "N_NULL", 3)
    monkeypatch.setattr(suites, "choose_static_weight", lambda: 0.8)


def test_quick_suite_has_the_agreed_schema(tiny: None) -> None:
    told: list[tuple[int, int]] = []
    result = run_suite("quick", seed=4, on_session=lambda *n: told.append(n))
    assert [row["method"] for row in result["methods"]] == list(METHODS)
    for row in result["methods"]:
        assert row.keys() == FIGURES | {"method"}
        assert row["accuracy_interval"][0] <= row["accuracy"] <= row["accuracy_interval"][1]
    assert result["n_sessions"] == 2
    assert result["n_people"] == 4
    assert {"subtle", "coarse", "usual", "badly filmed"} == result["by_trait"].keys()
    assert result["false_positive_rate"]["n_sessions"] == 3
    assert result["networks"]
    assert told == [(1, 2), (2, 2)]
    assert result["n_true_events"].keys() == {"group", "individual"}
    assert result["parts"]["gate's weights, steadied"]["accuracy"] == pytest.approx(
        result["methods"][METHODS.index("gate")]["accuracy"]
    )


def test_suite_equal_seeds_give_equal_figures(tiny: None) -> None:
    first, again, other = (run_suite("quick", seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first["methods"] != other["methods"]


def test_suites_are_as_large_as_promised() -> None:
    public = public_conditions()
    assert len(public) >= 200
    assert {one.n_members for one in public} >= {2, 8}
    assert {min(one.duration_s for one in public), max(one.duration_s for one in public)} == {
        180,
        3600,
    }
    assert suites.N_NULL >= 400
    known = [is_known(one) for one in public]
    assert 0 < sum(known) < len(known) / 2
    assert all(is_known(one) for one in LEARNED_FROM)
    assert len(quick_conditions()) < 30


def test_strangers_are_at_least_two_and_of_one_kind(rng: np.random.Generator) -> None:
    sight = made_sight(rng)
    sizes = [null_session(sight, place, rng).truth.shape[1] for place in range(3)]
    assert sizes == [2, 3, 4]
    known = {"synchronous", "homogeneous", "engaged", "unengaged", "undetermined"}
    assert kind_of(null_session(sight, 0, rng)) in known | {"insufficient_data"}


def test_mix_of_both_rules_takes_the_mean_of_their_weights(rng: np.random.Generator) -> None:
    session = simulate_session(TINY[0], made_sight(rng), rng)
    shape = session.truth.shape
    gate, paper = rng.random(shape), rng.random(shape)
    parts = fuse_by_parts(session, gate_weight=gate, paper_weight=paper, static_weight=0.8)
    weight = ((gate + paper) / 2)[..., None]
    np.testing.assert_allclose(
        parts["mean of the gate's and the rule's weights, not steadied"],
        weight * session.image + (1 - weight) * session.landmark,
    )


def test_true_events_are_counted_and_told() -> None:
    truth = np.full((60, 2), 6)
    truth[10:20] = 3  # both at once, and back
    truth[40:50, 0] = 4  # one alone, and back
    read = np.eye(7)[truth]
    session = GroupSession(
        "drawn", ("P1", "P2"), ("usual",) * 2, truth, read, read, np.ones(truth.shape)
    )
    found = score_sessions([session], seed=0)
    assert found["n_true_events"] == {"group": 2, "individual": 2}
    assert "2 changes of a group and 2 of one member alone." in event_lines(found["n_true_events"])
    assert "own events have no F1" in event_lines({"group": 2, "individual": 0})


def test_share_of_gap_by_hand() -> None:
    figures: dict[Any, Any] = {"fixed": {"macro_f1": 0.5}, "oracle": {"macro_f1": 0.7}}
    figures |= {"default": {"macro_f1": 0.55}}
    shares = share_of_gap(figures)
    assert shares["default"] == pytest.approx(0.25)
    assert (shares["fixed"], shares["oracle"]) == (0.0, 1.0)


def write_session(session: GroupSession, folder: Path) -> None:
    """Write what a stored session keeps of signals, and its truth."""
    folder.mkdir()
    rows = []
    for second in range(len(session)):
        for place, name in enumerate(session.participants):
            for source, values in (("image", session.image), ("landmark", session.landmark)):
                numbers = dict(zip(EMOTIONS, values[second, place].tolist(), strict=True))
                quality = float(session.quality[second, place])
                about = {"second": second, "participant": name, "source": source}
                rows.append(about | {"quality": quality} | numbers)
    pq.write_table(pa.Table.from_pylist(rows), folder / "signals.parquet")
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["second", "participant", "emotion"])
        for second, row in enumerate(session.truth):
            for name, label in zip(session.participants, row, strict=True):
                writer.writerow([second, name, EMOTIONS[label]])


@pytest.fixture
def stored(tmp_path: Path, rng: np.random.Generator) -> tuple[GroupSession, Path]:
    condition = Condition("c", ("dropping out",), LIVELY, n_members=2, duration_s=30)
    session = simulate_session(condition, made_sight(rng), rng)
    write_session(session, tmp_path / "call")
    return session, tmp_path


def test_stored_session_comes_back(stored: tuple[GroupSession, Path]) -> None:
    session, folder = stored
    [found] = read_sessions(folder)
    assert found.participants == session.participants
    for name in ("truth", "image", "landmark", "quality"):
        np.testing.assert_array_equal(getattr(found, name), getattr(session, name))


def test_stored_session_scores_as_the_simulated_one(
    stored: tuple[GroupSession, Path], tiny: None
) -> None:
    session, folder = stored
    recorded = replace(session, name="call", traits=("recorded", "recorded"))
    assert score_sessions(read_sessions(folder), seed=1) == score_sessions([recorded], seed=1)


def test_stored_truth_that_is_unknown_counts_nowhere(stored: tuple[GroupSession, Path]) -> None:
    session, folder = stored
    path = folder / "call/truth.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [lines[0], *(line for line in lines[1:] if line.split(",")[1] == "P1")]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    truth = read_session(folder / "call").truth
    np.testing.assert_array_equal(truth[:, 0], session.truth[:, 0])
    assert (truth[:, 1] == -1).all()


def test_stored_truth_by_name_and_tile_is_read(stored: tuple[GroupSession, Path]) -> None:
    _, folder = stored
    (folder / "call/participants.csv").write_text(
        "participant,name,tile_row,tile_column,first_s,last_s,visible_share\n"
        "P1,Ada,1,1,0,9,1\nP2,P2,1,2,0,9,1\n",
        encoding="utf-8",
    )
    (folder / "call/truth.csv").write_text("second,Ada,top_right\n2,happy,sad\n", "utf-8")
    truth = read_session(folder / "call").truth
    assert truth[2].tolist() == [EMOTIONS.index("happy"), EMOTIONS.index("sad")]
    assert (truth[3:] == -1).all()


def test_bad_stored_sessions_are_refused_in_a_sentence(stored: tuple[GroupSession, Path]) -> None:
    _, folder = stored
    with pytest.raises(UsageError, match="no such folder"):
        read_sessions(folder / "nowhere")
    (folder / "empty").mkdir()
    with pytest.raises(UsageError, match="none there"):
        read_sessions(folder / "empty")
    truth = folder / "call/truth.csv"
    for text, wrong in (
        ("second,who\n1,happy\n", "participants of the session by id, .* but got 'who'"),
        ("second,participant,emotion\nsoon,P1,happy\n", "whole seconds .* but got 'soon'"),
        (
            "second,participant,emotion\n1,P9,happy\n",
            "participants of the session by id, .* but got 'P9'",
        ),
        ("second,participant,emotion\n1,P1,bored\n", "one of angry, .* but got 'bored' in row 1"),
        ("second,participant,emotion\n1,P1,sad\n1,P1,sad\n", "second 1 of P1 twice"),
        ("", "no rows"),
    ):
        truth.write_text(text, encoding="utf-8")
        with pytest.raises(UsageError, match=wrong):
            read_sessions(folder)
    truth.unlink()
    with pytest.raises(UsageError, match="no such file"):
        read_sessions(folder)
    (folder / "call/signals.parquet").write_bytes(b"nothing")
    with pytest.raises(UsageError, match="analyse the recording again"):
        read_sessions(folder)


def test_page_names_the_worst_kind_of_person() -> None:
    def row(default: float) -> dict[str, Any]:
        figures = {"image": 0.6, "landmark": 0.5, "default": default}
        return {name: {"macro_f1": value} for name, value in figures.items()}

    rows = {"usual": row(0.7), "subtle": row(0.58)}
    assert worst_trait(rows) == ("subtle", pytest.approx(-0.02))
    assert gain_on_single(rows["usual"], "macro_f1") == pytest.approx(0.1)


def test_page_writes_a_missing_figure_as_a_dash() -> None:
    row: dict[str, Any] = dict.fromkeys(FIGURES) | {"method": "image"}
    row |= {"accuracy": 0.5, "macro_f1": 0.4}
    table = method_table([row], intervals=False)
    assert table.splitlines()[-1] == "| image | 0.500 | 0.400 | - | - | - | - | - |"
