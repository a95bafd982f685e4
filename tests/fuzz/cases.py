"""One damaged recording, made from its number, and what is wrong with how it was taken."""

from __future__ import annotations

import shutil
import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import groupaffect
from fuzz.mutations import mutate
from groupaffect.settings import FaceSettings, MediaSettings, Settings

SEED = 20261124
MOST_WARNINGS = 8  # of one recording; more would bury what matters
# Takes anything for a face, so that the rest of the method sees odd times as well.
EAGER = FaceSettings(detector_threshold=0.03, face_threshold=0, min_face_px=2, confirm_after_s=0)


@dataclass(frozen=True, slots=True)
class Case:
    """A damaged recording; ``done`` says how it was damaged."""

    number: int
    path: Path
    settings: Settings
    done: tuple[str, ...]


def make_case(number: int, seeds: list[Path], folder: Path) -> Case:
    """Write case ``number`` into a folder; the same number gives the same case."""
    rng = np.random.default_rng([SEED, number])
    seed = seeds[number % len(seeds)]
    target = folder / seed.name
    shutil.copytree(seed, target) if seed.is_dir() else shutil.copyfile(seed, target)
    inside = sorted(target.iterdir()) if target.is_dir() else [target]
    done = []
    for path in inside[: int(rng.integers(1, len(inside) + 1))]:
        harmed, how = mutate(path.read_bytes(), rng)
        path.write_bytes(harmed)
        done += [f"{path.name}: {word}" for word in how]
    return Case(number, target, _settings(rng), (f"seed {seed.name}", *done))


def _settings(rng: np.random.Generator) -> Settings:
    part = MediaSettings(start_s=0.08, every=2) if rng.random() < 0.2 else MediaSettings()
    faces = EAGER if rng.random() < 0.06 else FaceSettings()
    return Settings(media=part, faces=faces)


def judge(case: Case, output: Path) -> list[str]:
    """Analyse a case and return what breaks the contract, in words; nothing where all is well.

    Either a whole session comes of it, or one sentence of an error of ours and nothing on disk.
    """
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            session = groupaffect.analyze(case.path, output=output, settings=case.settings)
        except groupaffect.GroupaffectError as error:
            findings = _judge_sentence(str(error))
            if output.exists():
                findings.append("an error, and yet something at the output")
        except BaseException:  # noqa: BLE001 (whatever it is, it is a finding)
            findings = [traceback.format_exc()]
        else:
            findings = _judge_session(session)
    # Pillow's own go to developers alone; the command line keeps them from people.
    findings += [f"Python warning: {w.message}" for w in heard if "PIL" not in w.filename]
    hidden = [path.name for path in output.parent.iterdir() if path.name.startswith(".")]
    return findings + [f"left behind: {name}" for name in hidden]


def _judge_sentence(text: str) -> list[str]:
    whole = text.endswith(".") and ", but got " in text and "; " in text
    return [] if whole and "\n" not in text else [f"no sentence of ours: {text!r}"]


def _judge_session(session: groupaffect.Session) -> list[str]:
    findings = []
    try:
        analysis = session.analysis()
        n_faces = session.faces.num_rows
    except Exception:  # noqa: BLE001 (whatever it is, it is a finding)
        return [traceback.format_exc()]
    if not np.isfinite(analysis.duration_s) or analysis.duration_s < 0:
        findings.append(f"a duration of {analysis.duration_s}")
    if n_faces != analysis.n_frames * len(analysis.participants):
        findings.append("not one row for each frame and participant")
    if len(analysis.warnings) > MOST_WARNINGS:
        findings.append(f"{len(analysis.warnings)} warnings")
    if not (session.path / "report.html").is_file():
        findings.append("no report")
    return findings
