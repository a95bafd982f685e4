from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from groupaffect import personalize
from groupaffect.errors import UsageError
from groupaffect.fine_tuning import check_can_tune
from groupaffect.session import load_session
from groupaffect.settings import preset


def test_without_pytorch_one_sentence_says_so(
    synthetic_call: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(name: str) -> object:
        return None if name == "torch" else find_spec(name)

    monkeypatch.setattr("groupaffect.fine_tuning.find_spec", find)
    with pytest.raises(UsageError, match=r"needs PyTorch.*groupaffect\[train\]"):
        personalize(
            synthetic_call / "session",
            participant="P1",
            adapter="fine-tune",
            recordings=synthetic_call / "recording" / "recording.mp4",
            output=tmp_path / "p.json",
        )
    assert not (tmp_path / "p.json").exists()


def test_sessions_of_the_papers_network_are_refused(
    synthetic_call: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("groupaffect.fine_tuning.find_spec", lambda _: "there")
    session = load_session(synthetic_call / "session")
    check_can_tune([session])
    record = replace(session.record, settings=preset("paper"))
    with pytest.raises(UsageError, match="but got a session that image_model_paper read"):
        check_can_tune([replace(session, record=record)])
