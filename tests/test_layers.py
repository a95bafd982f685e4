"""The layers of docs/decisions.md hold: data goes one way, stages do not know each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from architecture import PACKAGE, Import, imports_of

SOURCE = Path(__file__).resolve().parents[1] / "src"

FOUNDATION = frozenset(
    [
        *("types", "errors", "timeline", "settings", "corrections", "correction_notation"),
        *("similarity", "reference_shape", "inference", "value_checks", "video_encoder"),
        *("counting", "person_profile", "profile_notation", "network_weights", "own_networks"),
    ]
)
STAGES = frozenset(["media", "faces", "expression", "signals", "fusion", "group", "personal"])
# They join stages into the method; nothing below knows them.
COMPOSERS = frozenset(
    [
        *(
            "change_log",
            "change_events",
            "own_changes",
            "adaptive",
            "second_fold",
            "reading_fold",
            "attendance",
            "cautions",
        ),
        *(
            "members_by_second",
            "trailing",
            "group_description",
            "group_lessons",
            "corrected_rows",
            "names",
            "naming",
        ),
        *("stage_clock", "pipeline", "stills"),
    ]
)
# What each other part may import beside the foundation and itself.
BEYOND: dict[str, frozenset[str]] = {
    **dict.fromkeys(COMPOSERS, STAGES | COMPOSERS),
    "session": frozenset(),
    "report": frozenset({"session", "pipeline"}),
    "evaluation": STAGES
    | {"session", "pipeline", "reading_fold", "stills", "recording", "synthetic"}
    | {"adaptive", "change_events", "change_log", "corrected_rows", "group_lessons"}
    | {"member_rows", "members_by_second"}
    | {"fine_tuning", "own_changes", "personalization"},
    "synthetic": frozenset({"session", "pipeline"}),
    "frame_rewriting": frozenset({"corrected_rows", "session"}),
    "recomputation": frozenset(
        {"cautions", "corrected_rows", "pipeline", "reading_fold", "report", "session"}
    ),
    "profile_files": frozenset({"session"}),
    "member_rows": frozenset(
        {"corrected_rows", "group_lessons", "personal", "reading_fold", "session", "signals"}
    ),
    "person_crops": frozenset({"corrected_rows", "faces", "media", "session"}),
    "fine_tuning": frozenset({"expression", "media", "person_crops", "personal", "session"}),
    "personalization": frozenset(
        {"fine_tuning", "group_lessons", "media", "member_rows", "person_crops", "personal"}
        | {"profile_files", "session"}
    ),
    "reanalysis": frozenset(
        {"frame_rewriting", "names", "naming", "profile_files", "recomputation", "session"}
        | {"report"}
    ),
    "forgetting": frozenset({"cautions", "frame_rewriting", "recomputation", "session", "report"}),
    "face_regions": frozenset({"faces", "session", "report"}),
    "overlay": frozenset({"media", "face_regions", "session", "report"}),
    "study_figures": frozenset({"session", "evaluation", "report"}),
    "recording": frozenset(
        {
            "cautions",
            "media",
            "names",
            "naming",
            "pipeline",
            "second_fold",
            "session",
            "report",
            "overlay",
        }
        | {"profile_files"}
    ),
    "interchange": STAGES
    | {"attendance", "evaluation", "pipeline", "reading_fold", "recording", "report", "session"},
    "training": STAGES | {"evaluation", "synthetic"},
}
# What trains for people: it imports training, within functions alone, as PyTorch is an extra.
TUNER = "fine_tuning"
# The command line and the package's own front door offer everything but training.
OFFER_ALL = frozenset({"app", "__main__", ""})


def broken_rule(found: Import) -> str | None:
    """Return in words which rule an import breaks; None when it breaks none."""
    importer, imported = (_part(name) for name in (found.importer, found.imported))
    where = f"{found.importer} line {found.line} imports {found.imported}"
    if importer == imported or not imported:
        return None
    if imported == "training":
        return None if importer == TUNER else f"{where}: nobody but {TUNER} imports training"
    if importer in OFFER_ALL or imported in FOUNDATION:
        return None
    if importer in FOUNDATION:
        return f"{where}: the foundation imports only the foundation"
    if importer in STAGES:
        return f"{where}: a stage imports only the foundation and itself"
    if imported in BEYOND.get(importer, frozenset()):
        return None
    return f"{where}: `{importer}` may not import `{imported}`"


def _part(module: str) -> str:
    return module.removeprefix(PACKAGE).lstrip(".").split(".")[0]


def test_imports_of_the_package_break_no_rule() -> None:
    broken = [rule for found in imports_of(SOURCE) if (rule := broken_rule(found))]
    assert not broken, "\n".join(broken)


def test_training_is_imported_only_where_it_is_asked_for() -> None:
    text = (SOURCE / PACKAGE / f"{TUNER}.py").read_text(encoding="utf-8")
    assert f"from {PACKAGE}.training" in text
    assert f"\nfrom {PACKAGE}.training" not in text, "within functions alone"


def test_every_part_of_the_package_is_assigned_to_a_layer() -> None:
    parts = {_part(found.importer) for found in imports_of(SOURCE)}
    assert not parts - FOUNDATION - STAGES - OFFER_ALL - set(BEYOND)


@pytest.mark.parametrize(
    ("importer", "line", "rule"),
    [
        pytest.param("faces/track.py", "from groupaffect.media import reader", "stage", id="stage"),
        pytest.param("types.py", "import groupaffect.pipeline", "foundation", id="foundation"),
        pytest.param("app/analyze.py", "from groupaffect import training", "nobody", id="train"),
        pytest.param("report/html.py", "from groupaffect.app import x", "may not", id="beyond"),
        pytest.param(
            "group/camps.py",
            "def f():\n    from groupaffect.fusion import rule",
            "group.camps line 2 imports groupaffect.fusion",
            id="nested",
        ),
    ],
)
def test_broken_rule_names_the_import_that_breaks_it(
    tmp_path: Path, importer: str, line: str, rule: str
) -> None:
    for name in ("media", "faces", "training", "app", "report", "group", "fusion"):
        (tmp_path / PACKAGE / name).mkdir(parents=True)
        (tmp_path / PACKAGE / name / "__init__.py").touch()
    (tmp_path / PACKAGE / "__init__.py").touch()
    (tmp_path / PACKAGE / importer).write_text(line)
    (found,) = imports_of(tmp_path)
    assert rule in str(broken_rule(found))


def test_broken_rule_lets_a_stage_import_foundation_and_itself() -> None:
    assert broken_rule(Import("groupaffect.faces.track", "groupaffect.types", 1)) is None
    assert broken_rule(Import("groupaffect.faces.track", "groupaffect.faces.crops", 1)) is None
