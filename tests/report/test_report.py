"""The page: whole, self-contained, and honest about what it does not know."""

from __future__ import annotations

import errno
import os
import re
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from groupaffect.errors import OutputError
from groupaffect.fusion.rules import RULES
from groupaffect.recording import rebuild_report
from groupaffect.report import write_report
from groupaffect.report.figures import draw_all
from groupaffect.report.group_table import count_splits, write_both, write_camps
from groupaffect.report.kind_words import MEANINGS
from groupaffect.report.rule_words import RULE_WORDS
from groupaffect.report.sections import write_sections
from groupaffect.report.summary import count_dominant, summarise
from groupaffect.report.unmeasured import list_unmeasured
from groupaffect.session import load_session
from groupaffect.session.lock import changing_session
from groupaffect.session.record import Reanalysis
from groupaffect.types import EMOTIONS, Analysis, MemberStates
from reference.folded_session import tree_bytes
from reference.random_session import (
    make_analysis,
    make_empty_analysis,
    make_unreadable_analysis,
    write_session,
)


class Outline(HTMLParser):
    """Keeps headings, sources, balance of tags and pictures without alternative text."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.sources: list[str] = []
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.silent_pictures = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        values = dict(attrs)
        self.sources += [str(values[name]) for name in ("src", "href") if name in values]
        self.silent_pictures += tag == "img" and not values.get("alt")
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "h2":
            self.headings.append(data)


def outline(page: str) -> Outline:
    parser = Outline()
    parser.feed(page)
    assert parser.open == [], "every tag is closed"
    return parser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    session = write_session(
        tmp_path_factory.mktemp("r") / "s", make_analysis(n_participants=2, n_s=40)
    )
    write_report(session)
    return session.path


def test_report_without_an_overlay_leads_to_none(folder: Path) -> None:
    assert "overlay.mp4" not in (folder / "report.html").read_text("utf-8")


def test_report_has_its_sections_in_order(folder: Path) -> None:
    assert outline((folder / "report.html").read_text("utf-8")).headings == [
        "Recording",
        "Summary",
        "Who was seen",
        "Expressions",
        "Weights of the two models",
        "Group",
        "Kinds of group",
        "Changes",
        "Warnings",
        "What could not be measured",
        "Settings and versions",
        "Context and consent",
        "Notes",
    ]


def test_report_needs_nothing_else(folder: Path) -> None:
    page = (folder / "report.html").read_text("utf-8")
    parsed = outline(page)
    assert parsed.sources
    assert all(source.startswith("data:image/") for source in parsed.sources)
    assert parsed.silent_pictures == 0
    assert not parsed.tags & {"script", "link", "iframe", "object"}
    assert not re.search(r"url\(|@import|https?://", page)
    assert '<html lang="en">' in page


def test_report_says_of_the_rule_what_is_true_of_it(folder: Path) -> None:
    session = load_session(folder)
    figures = draw_all(session)
    for rule in RULES:
        fusion = replace(session.record.settings.fusion, rule=rule)
        settings = replace(session.record.settings, fusion=fusion)
        ruled = replace(session, record=replace(session.record, settings=settings))
        words = " ".join(write_sections(ruled, figures))
        assert [each for each, said in RULE_WORDS.items() if escape(said) in words] == [rule]
        assert ("rewards conformity" in words) == (rule == "paper")


def test_report_escapes_what_people_typed(folder: Path) -> None:
    page = (folder / "report.html").read_text("utf-8")
    assert "<title>meeting &lt;1&gt; &amp; co.mp4</title>" in page
    assert "Ada &lt;b&gt;" in page
    assert "b" not in outline(page).tags


def test_report_says_what_must_always_be_said(folder: Path) -> None:
    page = (folder / "report.html").read_text("utf-8")
    for words in (
        "not feelings",
        "not validated for children",
        "Article 5(1)(f)",
        "research",
        "ref/7",
        "a sentence about &lt;this&gt; recording.",
        "the container announced more frames than it holds.",
        "fusion.step",
        "Kinds of group",
        "The analysed part is short (40 s)",
    ):
        assert words in page


def test_figures_lie_beside_the_report_in_both_formats(folder: Path) -> None:
    stems = [
        "expressions_P1",
        "expressions_P2",
        "group",
        "group_engaged",
        "kinds",
        "seen",
        "weights",
    ]
    wanted = sorted(f"{stem}{ending}" for stem in stems for ending in (".png", ".svg"))
    assert sorted(path.name for path in (folder / "figures").iterdir()) == wanted


def test_summary_counts_changes_and_seconds(tmp_path: Path) -> None:
    analysis = make_analysis(n_participants=2, n_s=15)
    text = " ".join(summarise(write_session(tmp_path / "s", analysis)))
    for kind, words in [
        ("group", "changes of the group"),
        ("individual", "changes of one member"),
        ("dismissed", "candidates dismissed as noise"),
    ]:
        n_events = len([event for event in analysis.events if event.kind == kind])
        assert f"{words}: n = {n_events}" in text
    assert "2 participants were found; of 375 analysed frames" in text


def test_dominant_seconds_equal_obvious_twin() -> None:
    group = make_analysis(n_s=80).groups[0]
    wanted = dict.fromkeys(EMOTIONS, 0)
    for row in group.dominant:
        for emotion, dominates in zip(EMOTIONS, row, strict=True):
            wanted[emotion] += bool(dominates)
    counts, n_known = count_dominant(group)
    assert dict(zip(EMOTIONS, counts.tolist(), strict=True)) == wanted
    assert n_known == int((~np.isnan(group.mean[:, 0])).sum())


def test_report_of_nobody_says_so(tmp_path: Path) -> None:
    report = write_report(write_session(tmp_path / "s", make_empty_analysis()))
    page = report.read_text("utf-8")
    assert "No participants: nobody was seen in the 125 analysed frames." in page
    assert "Expressions, weights and group: nobody was seen" in page
    assert outline(page).sources == []


def test_report_of_unreadable_faces_says_so(tmp_path: Path) -> None:
    session = write_session(tmp_path / "s", make_unreadable_analysis())
    page = write_report(session).read_text("utf-8")
    assert "P2: the face was never seen well enough to read." in page
    assert "In no second was a face read" in page
    assert not re.search(r"\bnan\b", re.sub(r"base64,[^\"]*", "", page))


def test_one_person_is_said_to_be_no_group(tmp_path: Path) -> None:
    analysis = make_analysis(n_participants=1, n_s=1, n_events=0)
    session = write_session(tmp_path / "s", analysis)
    assert "1 participant was found" in summarise(session)[0]
    assert any("there is only one participant" in words for words in list_unmeasured(session))


def test_long_report_stays_light_and_folds_its_table(tmp_path: Path) -> None:
    analysis = make_analysis(n_participants=1, n_s=3600, n_events=600)
    report = write_report(write_session(tmp_path / "s", analysis))
    assert report.stat().st_size < 5_000_000
    assert "Show all 600 changes" in report.read_text("utf-8")


def test_report_in_the_place_of_a_file_is_one_sentence(tmp_path: Path) -> None:
    session = write_session(tmp_path / "s", make_empty_analysis())
    (session.path / "figures").write_text("a file where the folder should be")
    before = tree_bytes(session.path)
    words = "the report could not be written whole, but got a file where a folder is needed"
    with pytest.raises(OutputError, match=words):
        rebuild_report(session.path)
    assert tree_bytes(session.path) == before


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EFBIG, "a limit on the size of files; raise it"),
        (errno.EACCES, "no permission to write; ask for it"),
    ],
    ids=["size-limit", "permission"],
)
def test_report_that_cannot_be_written_leaves_the_one_before(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    """The last of its files is the one that cannot be."""
    before, write, written = tree_bytes(folder), Path.write_bytes, list[str]()

    def fail(path: Path, content: bytes) -> int:
        written.append(path.name)
        if path.name == "report.html":
            raise OSError(number, os.strerror(number))
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", fail)
    wanted = f"the report could not be written whole, but got {words}, then run this again, "
    wanted += f"the tables are whole: {folder}."
    with pytest.raises(OutputError, match=f"^{re.escape(wanted)}$"):
        rebuild_report(folder)
    assert len(written) > 6
    assert tree_bytes(folder) == before


def test_report_of_a_session_that_is_being_changed_is_refused(folder: Path) -> None:
    with changing_session(folder), pytest.raises(OutputError, match="by one run at a time"):
        rebuild_report(folder)


def test_report_after_everybody_was_forgotten_says_that_nobody_is_left(tmp_path: Path) -> None:
    session = write_session(tmp_path / "s", make_empty_analysis())
    record = replace(session.record, reanalyses=(Reanalysis(n_forgotten=2),))
    page = write_report(replace(session, record=record)).read_text("utf-8")
    assert "No participants: nobody is left, as participants were removed for good." in page
    assert "nobody was seen" not in page


def test_part_of_a_recording_counts_only_its_own_seconds(tmp_path: Path) -> None:
    session = write_session(tmp_path / "s", make_part(make_analysis(n_s=100), start_s=80))
    record = replace(session.record, analysed_start_s=80.0, analysed_end_s=100.0)
    part = replace(session, record=record)
    assert "Changes of expression in 20 s" in " ".join(summarise(part))
    text = " ".join(list_unmeasured(part))
    assert "80 of 100 seconds from the start of the media: no frame of them was analysed" in text
    assert "The analysed part is short (20 s)" in text
    assert "P1 (Ada <b>): no expression in 2 of 20 analysed seconds" in text
    assert "P2: " not in text


def make_part(analysis: Analysis, *, start_s: int) -> Analysis:
    """Return the analysis with no frame before ``start_s``, and P1 away in two seconds after."""
    signals = []
    for signal in make_seen(analysis).signals:
        probability, coverage = signal.probability.copy(), signal.coverage.copy()
        probability[:start_s], coverage[:start_s] = np.nan, np.nan
        if signal.participant == "P1":
            probability[start_s + 3 : start_s + 5], coverage[start_s + 3 : start_s + 5] = np.nan, 0
        signals.append(replace(signal, probability=probability, coverage=coverage))
    return replace(analysis, signals=tuple(signals))


def make_seen(analysis: Analysis) -> Analysis:
    seen = tuple(
        replace(signal, probability=np.full((len(signal), 7), 1 / 7), coverage=np.ones(len(signal)))
        for signal in analysis.signals
    )
    return replace(analysis, signals=seen)


def test_whole_recording_has_no_unanalysed_seconds(tmp_path: Path) -> None:
    session = write_session(tmp_path / "s", make_seen(make_analysis(n_s=100)))
    text = " ".join(list_unmeasured(session))
    assert "no frame of them" not in text
    assert "short" not in text


def test_kinds_are_shown_with_effect_interval_p_and_n(folder: Path) -> None:
    page = (folder / "report.html").read_text("utf-8")
    cells = "<td>synchrony</td><td>0.31</td><td>0.12 to 0.48</td><td>0.004</td><td>10</td>"
    assert f"<td>the group</td><td>synchronous</td>{cells}" in page
    assert "<td>P1 (Ada &lt;b&gt;)</td><td>engaged</td>" in page
    for words in MEANINGS:
        assert escape(words) in page


def test_kinds_that_were_not_tested_have_dashes_and_no_p(folder: Path) -> None:
    page = (folder / "report.html").read_text("utf-8")
    dash = "<td>\N{EN DASH}</td>"
    assert f"<td>insufficient data</td><td>synchrony</td>{dash * 3}<td>3</td>" in page
    assert not re.search(r"\bnan\b", re.sub("data:image[^>]*", "", page))


def test_group_stands_with_and_without_the_unengaged(tmp_path: Path) -> None:
    analysis = make_analysis(n_participants=2, n_s=20)
    page = write_both(write_session(tmp_path / "s", analysis))
    n_all, n_engaged = (int((~np.isnan(group.mean[:, 0])).sum()) for group in analysis.groups)
    assert n_all > n_engaged
    assert f'<th scope="row">all visible members</th><td>{n_all} of 20</td>' in page
    assert f'<th scope="row">the engaged only</th><td>{n_engaged} of 20</td>' in page


def test_camps_are_counted_by_who_stands_against_whom() -> None:
    camp = np.array([[0, 0, 1], [1, 1, 0], [0, 0, 0], [-1, -1, -1], [0, 1, 1]], dtype=np.int8)
    members = MemberStates(("P1", "P2", "P3"), 0.0, camp, camp)
    both, one = frozenset({"P1", "P2"}), frozenset({"P3"})
    splits = count_splits(members)
    assert splits[frozenset({both, one})] == 2
    assert sum(splits.values()) == 3


def test_camps_that_cannot_be_told_are_said_to_be_missing(tmp_path: Path) -> None:
    analysis = make_analysis(n_participants=3, n_s=20)
    none = np.full((20, 3), -1, dtype=np.int8)
    members = replace(analysis.members, engaged=none, camp=none)
    session = write_session(tmp_path / "s", replace(analysis, members=members))
    text = " ".join(list_unmeasured(session))
    assert "Camps: none could be told apart (participants: 3)" in text
    assert "It does not say that nobody was." in text
    assert "In no second could camps be told apart" in write_camps(session)


def test_report_of_an_older_session_says_how_to_add_kinds(tmp_path: Path) -> None:
    analysis = replace(make_analysis(n_participants=2, n_s=20), states=())
    session = write_session(tmp_path / "s", analysis)
    assert "groupaffect reanalyze adds them" in " ".join(list_unmeasured(session))
    page = write_report(session).read_text("utf-8")
    assert "Run groupaffect reanalyze on its folder." in page


def test_meanings_never_speak_of_a_lack() -> None:
    """METHODS 8, "Care": low synchrony is no deficit score."""
    text = " ".join(MEANINGS).lower()
    assert "no deficit" in text
    assert not re.search(r"\b(poor|bad|weak|failed|fails|abnormal|disengaged|impair\w*)\b", text)


def test_report_shows_the_time_of_each_stage(folder: Path) -> None:
    page = (folder / "report.html").read_text("utf-8")
    assert '<th scope="row">faces</th><td>2.5</td>' in page
