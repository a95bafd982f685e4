"""``groupaffect compare`` and ``groupaffect figures`` as people type them."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.in_this_process import analyze_in_this_process
from app.running import Run, make_run
from groupaffect.errors import UnreadableMediaError
from groupaffect.study_figures import draw_comparison_figures
from groupaffect.types import EMOTIONS
from reference.performance import write_performance
from reference.random_session import make_analysis, make_empty_analysis, write_session


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return make_run(capsys)


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_performance(tmp_path / "a")
    write_performance(tmp_path / "b", other_image=True)
    rows = [f"{s},P1,{EMOTIONS[s % 7]}" for s in range(16)]
    (tmp_path / "t.csv").write_text("\n".join(["second,participant,emotion", *rows]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_compare_of_sessions_shows_both_models(pair: Path, run: Run) -> None:
    words = ("compare", "a", "b", "--truth", "t.csv", "t.csv", "--json", "r.json")
    code, out, err = run(*words, "--output", "o")
    result = json.loads((pair / "r.json").read_text())
    assert code == 0
    assert "a.mp4 against b.mp4, in steps of 0.2 s" in out
    assert "P1: 80 steps in common, lag +0.00 s" in out
    assert "no codec control" in err
    assert result["control"] is None
    assert set(result["truth"]) == {"original", "other"}
    assert np.array(result["participants"]["P1"]["models"]["image"]["correlation"]).shape == (7, 7)
    assert sorted(p.name for p in (pair / "o").iterdir()) == [
        *("captions.md", "comparison.json"),
        *("complementarity_original.pdf", "complementarity_original.svg"),
        *("complementarity_other.pdf", "complementarity_other.svg"),
        *("distribution.pdf", "distribution.svg", "heatmap_P1.pdf", "heatmap_P1.svg"),
    ]
    captions = (pair / "o/captions.md").read_text()
    assert "n = 80 steps of 0.2 s" in captions
    assert "control" not in captions
    assert "67 circular" not in captions
    assert "79 circular shifts, corrected for 14 tests" in captions


def test_compare_with_a_folder_of_neither_kind_says_what_would_do(pair: Path, run: Run) -> None:
    (pair / "r").mkdir()
    code, _, err = run("compare", "a", "r", "--output", "o")
    assert code == 2
    assert "must be a recording, a session or a folder of images, but got a folder" in err
    assert not (pair / "o").exists()


def test_compare_on_standard_output_is_alone(pair: Path, run: Run) -> None:
    code, out, _ = run("compare", "a", "b", "--json", "-")
    assert (code, json.loads(out)["truth"]) == (0, None)


def test_compare_quiet_says_nothing(pair: Path, run: Run) -> None:
    assert run("compare", "a", "b", "--quiet") == (0, "", "")


@pytest.fixture
def recordings(pair: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stand two recordings beside the sessions, and stubs for what analyses them.

    A recording that holds "short" or "nobody" is read as such. Returns what was encoded and read.
    """
    analyze_in_this_process(monkeypatch)
    for name in ("x.mp4", "y.mp4"):
        (pair / name).write_bytes(name.encode())
    asked: list[str] = []

    def write_control(original: Path, other: Path, target: Path) -> dict[str, Any]:
        asked.append(f"{original.name} like {other.name} in {target.name}")
        target.write_bytes(b"copy")
        return {"codec": "h264", "bits_per_s": 7}

    def analyze(path: Path, *, output: Path, **_: object) -> object:
        asked.append(path.name)
        content = path.read_bytes()
        if content == b"damaged":
            message = f"`{path}` must be a video, but got none; choose another: {output}."
            raise UnreadableMediaError(message)
        if content == b"nobody":
            return write_session(output, make_empty_analysis())
        n_s = 2 if content == b"short" else 16
        return write_performance(output, n_s=n_s, other_image=path.name == "y.mp4")

    monkeypatch.setattr("groupaffect.evaluation.codec_control.write_control", write_control)
    monkeypatch.setattr(import_module("groupaffect.recording"), "analyze", analyze)
    return asked


def test_compare_of_recordings_analyses_them_and_a_control(
    pair: Path, run: Run, recordings: list[str]
) -> None:
    code, out, err = run("compare", "x.mp4", "y.mp4", "--output", "o", "--json", "r.json")
    assert code == 0, err
    result = json.loads((pair / "r.json").read_text())
    assert recordings == ["x.mp4 like y.mp4 in control.mp4", "x.mp4", "y.mp4", "control.mp4"]
    assert result["figures"] == ["o/heatmap_P1.pdf", "o/distribution.pdf"]
    assert json.loads((pair / "o/comparison.json").read_text())["figures"] == result["figures"]
    assert "no codec control" not in err
    control = result["control"]["participants"]["P1"]["models"]
    assert control["image"]["mean_diagonal"] == pytest.approx(1.0)
    assert result["control"]["bits_per_s"] == 7
    assert "below it" in out
    assert sorted(p.name for p in (pair / "o/sessions").iterdir()) == ["control", "x", "y"]
    assert [*pair.glob("**/control.mp4")] == []
    lines = [line.split(": ", 1) for line in err.splitlines() if "report.html" in line]
    assert [first for first, _ in lines] == [
        "x.mp4",
        "y.mp4",
        "control (x.mp4, encoded like y.mp4)",
    ]
    opened = [last.split("open ")[1] for _, last in lines]
    assert opened == [f"o/sessions/{name}/report.html" for name in ("x", "y", "control")]
    assert str(pair) not in err
    caption = (pair / "o/captions.md").read_text()
    assert "Lower two panels, the control: x.mp4 with itself encoded once more, as" in caption
    assert "rate of y.mp4, n = 80 steps" in caption
    assert "means of the diagonal: image model 1.00, landmark model 1.00." in caption
    labels = [axes.get_xlabel() for axes in draw_comparison_figures(result)[0].drawing.figure.axes]
    assert labels[:4] == ["y.mp4"] * 2 + ["the original, encoded like y.mp4"] * 2


def test_compare_again_is_refused_before_any_work(
    pair: Path, run: Run, recordings: list[str]
) -> None:
    words = ("compare", "x.mp4", "y.mp4", "--output", "o", "--no-control")
    assert run(*words)[0] == 0
    before = {p: p.read_bytes() for p in (pair / "o").rglob("*") if p.is_file()}
    recordings.clear()
    code, out, err = run(*words)
    assert (code, out, recordings) == (1, "", [])
    assert err == (
        "groupaffect: a new comparison needs a free place, but got a complete comparison there "
        f"already; keep it, or add --force to start anew: {pair / 'o'}.\n"
    )
    assert {p: p.read_bytes() for p in (pair / "o").rglob("*") if p.is_file()} == before


def test_compare_with_force_replaces_the_results_and_nothing_else(
    pair: Path, run: Run, recordings: list[str]
) -> None:
    words = ("--output", "o", "--no-control")
    assert run("compare", "x.mp4", "y.mp4", *words, "--truth", "t.csv", "t.csv")[0] == 0
    assert (pair / "o/sessions").is_dir()
    (pair / "o/notes.txt").write_text("mine")
    code, _, err = run("compare", "a", "b", *words, "--force")
    assert code == 0, err
    assert sorted(p.name for p in (pair / "o").iterdir()) == [
        *("captions.md", "comparison.json", "distribution.pdf", "distribution.svg"),
        *("heatmap_P1.pdf", "heatmap_P1.svg", "notes.txt"),
    ]
    assert "complementarity" not in (pair / "o/captions.md").read_text()


def test_compare_with_force_does_not_replace_what_it_reads(pair: Path, run: Run) -> None:
    (pair / "o/sessions").mkdir(parents=True)
    (pair / "a").rename(pair / "o/sessions/a")
    (pair / "o/comparison.json").write_text("{}")
    code, _, err = run("compare", "o/sessions/a", "b", "--output", "o", "--force")
    assert code == 2
    assert err.startswith("groupaffect: `--force` must not replace what is compared, but got o/s")
    assert (pair / "o/sessions/a/session.json").is_file()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"short", "the two recordings need 20 steps of 0.2 s in common, but got 10"),
        (b"nobody", "at least one participant, but got 1 in the original and 0 in the other"),
        (b"damaged", "`y.mp4` must be a video, but got none; choose another: o/sessions/y."),
    ],
    ids=["short", "nobody", "damaged"],
)
def test_compare_that_fails_leaves_the_place_free(
    pair: Path, run: Run, recordings: list[str], content: bytes, said: str
) -> None:
    (pair / "y.mp4").write_bytes(content)
    before = sorted(p.name for p in pair.iterdir())
    code, out, err = run("compare", "x.mp4", "y.mp4", "--output", "o", "--quiet")
    assert (code, out) == (1, "")
    assert said in err
    assert len(err.splitlines()) == 1
    assert sorted(p.name for p in pair.iterdir()) == before


def test_compare_that_fails_keeps_an_earlier_comparison(
    pair: Path, run: Run, recordings: list[str]
) -> None:
    words = ("compare", "x.mp4", "y.mp4", "--output", "o", "--quiet", "--no-control")
    assert run(*words)[0] == 0
    before = {p: p.read_bytes() for p in (pair / "o").rglob("*") if p.is_file()}
    (pair / "y.mp4").write_bytes(b"short")
    assert run(*words, "--force")[0] == 1
    assert {p: p.read_bytes() for p in (pair / "o").rglob("*") if p.is_file()} == before


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("a", "none.mp4"), 1, "got a path where nothing is"),
        (("a", "b", "--step", "0"), 2, "the step must be within 0.04 and 10 s"),
        (("a", "b", "--truth", "t.csv", "none.csv"), 2, "the truth must be a CSV file"),
        (("a", "empty"), 1, "but got 1 in the original and 0 in the other"),
        (("a", "b", "--output", "t.csv"), 1, "the output must be a new or empty folder, or a comp"),
        (("a", "b", "--output", "a", "--force"), 1, "but got something else there already"),
        (("a", "b", "--output", "t.csv/o"), 1, "the comparison could not be written whole"),
    ],
    ids=["no recording", "no step", "no truth", "nobody", "a file", "a session", "no place"],
)
def test_compare_of_bad_input_says_one_sentence(
    pair: Path, run: Run, words: tuple[str, ...], code: int, said: str
) -> None:
    write_session(pair / "empty", make_empty_analysis())
    got, out, err = run("compare", *words)
    assert (got, out) == (code, "")
    assert said in err
    assert len(err.splitlines()) == 1


def test_figures_writes_every_figure_with_its_caption(tmp_path: Path, run: Run) -> None:
    write_session(tmp_path / "s", make_analysis(n_participants=2, n_s=60))
    rows = [f"{s},P{p},{EMOTIONS[s % 7]}" for s in range(60) for p in (1, 2)]
    (tmp_path / "t.csv").write_text("\n".join(["second,participant,emotion", *rows]))
    words = ("figures", tmp_path / "s", "--truth", tmp_path / "t.csv", "--output", tmp_path / "o")
    code, _, err = run(*words, "--json", tmp_path / "r.json")
    names = ["distribution", "weights", "adaptive_P1", "adaptive_P2", "complementarity"]
    assert code == 0
    made = json.loads((tmp_path / "r.json").read_text())["figures"]
    assert [row["name"] for row in made] == names
    assert len(err.splitlines()) == 6
    captions = (tmp_path / "o/captions.md").read_text()
    for row in made:
        assert row["caption"] in captions
        assert "n = " in row["caption"]
        pdf = Path(row["pdf"]).read_bytes()
        assert pdf.startswith(b"%PDF")
        assert b"/TrueType" in pdf or b"/FontFile2" in pdf  # type 42: text stays text
        assert b"/Type3" not in pdf
        assert (tmp_path / f"o/{row['name']}.svg").read_text().startswith("<?xml")


def test_figures_of_a_session_without_anybody_says_so(tmp_path: Path, run: Run) -> None:
    write_session(tmp_path / "s", make_empty_analysis())
    code, _, err = run("figures", tmp_path / "s", "--output", tmp_path / "o")
    assert code == 1
    assert "got one in which nobody was seen" in err
    assert not (tmp_path / "o").exists()


def test_figures_again_are_refused(tmp_path: Path, run: Run) -> None:
    write_session(tmp_path / "s", make_analysis(n_participants=1, n_s=20))
    words = ("figures", tmp_path / "s", "--output", tmp_path / "o", "--json", tmp_path / "r.json")
    assert run(*words)[0] == 0
    (tmp_path / "r.json").unlink()
    before = {p.name: p.read_bytes() for p in (tmp_path / "o").iterdir()}
    code, out, err = run(*words)
    assert (code, out) == (1, "")
    assert err == (
        "groupaffect: the folder of figures needs a free place, but got something there already; "
        f"choose another name, or remove it: {tmp_path / 'o'}.\n"
    )
    assert {p.name: p.read_bytes() for p in (tmp_path / "o").iterdir()} == before
    assert not (tmp_path / "r.json").exists()
