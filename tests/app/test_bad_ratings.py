"""What people give to ``groupaffect agree`` by mistake: one sentence, and nothing is left."""

from __future__ import annotations

from pathlib import Path

import pytest
from pympi import Eaf

from app.running import Run, make_run
from reference.random_session import make_analysis, write_session

WIDE = "second,participant,a,b\n"
FILES = {
    "word.csv": WIDE + "0,P1,sad,contempt\n",
    "overlap.csv": "start,end,participant,rater,emotion\n0,3,P1,a,sad\n2,4,P1,a,fear\n",
    "who.csv": WIDE + "0,P7,sad,sad\n",
    "late.csv": WIDE + "8,P1,sad,sad\n99,P1,sad,sad\n",
    "lone.csv": "second,participant,emotion\n0,P1,sad\n",
    "apart.csv": WIDE + "0,P1,sad,\n1,P1,,sad\n",
    "broken.eaf": "<ANNOTATION_DOCUMENT>",
}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return make_run(capsys, "agree")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ratings")
    write_session(folder / "talk", make_analysis(n_participants=2, n_s=20))
    for name, text in FILES.items():
        (folder / name).write_text(text)
    (folder / "utf16.csv").write_text(WIDE + "0,P1,sad,sad\n", encoding="utf-16")
    Eaf().to_file(str(folder / "empty.eaf"))
    return folder


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("word.csv", "but got 'contempt' (word.csv, line 2); write one of these, or leave it"),
        ("overlap.csv", "must not overlap, but got 0 to 3 s (overlap.csv, line 2) and 2 to 4 s"),
        ("who.csv", "must be in the session talk (P1, P2), but got 'P7' (who.csv, line 2)"),
        ("late.csv", "the session talk lasts 20 s, and ratings must end by then, but got 99 to"),
        ("lone.csv", "needs two raters of the same seconds, but got one, lone; give the files"),
        ("apart.csv", "but got a, b, of whom no two rated the same participant in a second"),
        ("nothere", "`nothere` must be readable, but got nothing of that name; check the path"),
        ("utf16.csv", "`utf16.csv` must be a CSV file in UTF-8, but got text that is not UTF-8;"),
        ("broken.eaf", "`broken.eaf` must be an ELAN document"),
        ("empty.eaf", "`empty.eaf` must have tiers of the linguistic type `expression`, but got"),
    ],
)
def test_bad_ratings_are_one_sentence_and_leave_nothing(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch, name: str, told: str
) -> None:
    monkeypatch.chdir(folder)
    before = sorted(folder.rglob("*"))
    code, out, err = run(name, "--session", "talk", "--output", "out/here", "--json", "r.json")
    assert (code, out) == (1, "")
    assert told in err
    assert len(err.splitlines()) == 1
    assert sorted(folder.rglob("*")) == before
