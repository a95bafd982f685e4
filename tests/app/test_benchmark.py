"""``groupaffect benchmark`` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from groupaffect.app.benchmark_table import print_benchmark
from groupaffect.app.command_line import build_app, main
from groupaffect.evaluation.benchmark import suites
from groupaffect.evaluation.benchmark.conditions import LIVELY, Condition
from groupaffect.evaluation.benchmark.ways import METHODS


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the quick suite hold one short group and three of strangers."""
    condition = Condition("usual", ("usual",), LIVELY, n_members=2, duration_s=30)
    monkeypatch.setattr(suites, "quick_conditions", lambda: [condition])
    monkeypatch.setattr(suites, "N_NULL", 3)
    monkeypatch.setattr(suites, "choose_static_weight", lambda: 0.8)


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["benchmark", *words])
    assert ended.value.code in (1, 2)
    return capsys.readouterr().err


def test_benchmark_writes_json_and_a_table(tiny: None, tmp_path: Path) -> None:
    target = tmp_path / "fusion.json"
    words = ["benchmark", "--suite", "quick", "--seed", "3", "--json", str(target)]
    done = CliRunner().invoke(build_app(), words)
    assert done.exit_code == 0
    result = json.loads(target.read_text(encoding="utf-8"))
    assert result["seed"] == 3
    for method in METHODS:
        assert f"\n{method}" in "\n" + done.stdout.replace("\n ", "\n")
    assert "called synchronous" in done.stdout


def test_benchmark_json_on_standard_output_is_alone_there(tiny: None) -> None:
    done = CliRunner().invoke(build_app(), ["benchmark", "--suite", "quick", "--json", "-"])
    assert json.loads(done.stdout)["suite"] == "quick"


def test_benchmark_refuses_bad_use_in_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for words, wrong in (
        ([], "`--sessions` and `--synthetic`, but got none of them"),
        (["--suite", "quick", "--sessions", str(tmp_path)], "but got several"),
        (["--suite", "quick", "--synthetic"], "but got several"),
        (["--sessions", str(tmp_path)], "none there"),
        (["--suite", "quick", "--json", str(tmp_path / "no/where.json")], "`--json` must name"),
    ):
        said = refused(capsys, *words)
        assert wrong in said
        assert said.count("\n") == 1


@pytest.mark.parametrize("words", [["--suite", "slow"], ["--seed", "-1"]])
def test_benchmark_refuses_what_is_no_choice(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert words[0] in refused(capsys, *words)


def test_benchmark_table_of_sessions_without_events(capsys: pytest.CaptureFixture[str]) -> None:
    row: dict[str, Any] = {"method": "image", "accuracy": 0.5, "macro_f1": 0.4}
    names = ("event_f1_group", "event_f1_individual", "false_changes_per_min", "group_jsd")
    row |= dict.fromkeys((*names, "share_at_clamp"))
    facts: dict[str, Any] = {"suite": "sessions", "n_sessions": 1, "n_people": 2}
    print_benchmark(facts | {"methods": [row], "gap_closed": {"default": None}})
    assert "default closes - of the gap" in capsys.readouterr().out
