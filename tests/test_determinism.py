"""The same recording gives the same bytes, whatever threads, hashes and jobs there are."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from fuzz.seeds import HEIGHT_PX, WIDTH_PX, picture
from python_process import SOURCE

# Runs the command after all; decoding threads are no option of it.
RUN = """
import sys
from groupaffect.media import container
container.N_DECODER_THREADS = int(sys.argv[1])
from groupaffect.app.command_line import main
main(sys.argv[2:])
"""
# Takes anything for a face, as nobody is in a made picture.
EAGER = """
[faces]
detector_threshold = 0.03
face_threshold = 0.0
min_face_px = 2.0
confirm_after_s = 0.0
"""


def analyze(
    clips: list[Path], output: Path, *words: str, threads: int, hash_seed: str, debug: bool
) -> None:
    """Analyse in a process of its own; ``debug`` keeps the analysis in that very process."""
    done = subprocess.run(
        [
            *(sys.executable, "-c", RUN, str(threads), "analyze", *map(str, clips), *words),
            *("--output", str(output), "--quiet", "--context", "research"),
            *(["--debug"] if debug else ["--jobs", "2"]),
        ],
        env=os.environ
        | {
            "PYTHONPATH": str(SOURCE),
            "PYTHONHASHSEED": hash_seed,
            "OMP_NUM_THREADS": str(threads),
            "OPENBLAS_NUM_THREADS": str(threads),
            "ARROW_NUM_THREADS": str(threads),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (done.returncode, done.stderr) == (0, "")


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the content of every file by its path, without when and how fast it was made."""
    content = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return {name: _lasting(name, bytes_here) for name, bytes_here in content.items()}


def _lasting(name: str, content: bytes) -> bytes:
    if name.endswith("session.json"):
        return _without_when(json.loads(content))
    if name.endswith("report.html"):
        return _without_times(content.decode()).encode()
    return content


def _without_when(record: dict[str, Any]) -> bytes:
    del record["created_at"], record["analysis"]["stage_wall_s"]
    return json.dumps(record).encode()


def _without_times(page: str) -> str:
    page, n_dates = re.subn(r"(analysis made</th><td>)[^<]*", r"\1", page)
    page, n_tables = re.subn(
        r"<table><caption>Time that each stage.*?</table>", "", page, flags=re.DOTALL
    )
    assert (n_dates, n_tables) == (1, 1)
    return page


def assert_same(one: Path, two: Path, *, n_sessions: int) -> None:
    first, second = files_of(one), files_of(two)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
    assert sum(name.endswith(".svg") for name in first) >= 4 * n_sessions


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Return 2.4 s of stripes in which faces can be imagined; without loss, the same anywhere."""
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=Fraction(25))
        stream.width, stream.height, stream.pix_fmt = WIDTH_PX, HEIGHT_PX, "yuv420p"
        for index in range(60):
            frame = av.VideoFrame.from_ndarray(picture(index), format="rgb24")
            container.mux(stream.encode(frame.reformat(format="yuv420p")))
        container.mux(stream.encode(None))
    return path


def test_made_clip_gives_the_same_bytes(tmp_path: Path, clip: Path) -> None:
    (tmp_path / "eager.toml").write_text(EAGER)
    words = ("--settings", str(tmp_path / "eager.toml"))
    twin = clip.with_name("b.mkv")
    twin.write_bytes(clip.read_bytes())
    one, two = tmp_path / "one", tmp_path / "two"
    analyze([clip, twin], one, *words, threads=1, hash_seed="1", debug=True)
    analyze([clip, twin], two, *words, threads=2, hash_seed="2", debug=False)
    assert_same(one, two, n_sessions=2)
    assert len((one / "a" / "participants.csv").read_text().splitlines()) > 1


def test_real_clip_gives_the_same_bytes(tmp_path: Path, data_dir: Path) -> None:
    path = data_dir / "clips/groups/acted_2x2_dev.mp4"
    one, two = tmp_path / "one", tmp_path / "two"
    analyze([path], one, "--end", "3", threads=1, hash_seed="1", debug=True)
    analyze([path], two, "--end", "3", threads=2, hash_seed="2", debug=False)
    assert_same(one, two, n_sessions=1)
