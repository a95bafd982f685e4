"""Ratings from files, and every way in which files can be wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from pympi import Eaf

from groupaffect.errors import RatingsError
from groupaffect.evaluation.ratings.opening import read_ratings
from groupaffect.evaluation.ratings.placing import place_ratings
from groupaffect.evaluation.ratings.rating import Rating, Ratings
from groupaffect.evaluation.ratings.seconds import rate_seconds
from reference.random_session import make_analysis, write_session

LONG = "second,participant,rater,emotion\n0,P1,anna,happy\n0,P1,ben,sad\n1,P1,anna,\n1,P2,ben,joy\n"


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def said(ratings: Ratings) -> set[tuple[str, str, float, float, int]]:
    return {(r.participant, r.rater, r.start_s, r.end_s, r.emotion) for r in ratings.rows}


def write_eaf(path: Path, *, tier: str = "P1", kind: str = "expression", word: str = "sad") -> Path:
    document = Eaf()
    document.add_linguistic_type(kind)
    document.add_tier(tier, ling=kind)
    document.add_annotation(tier, 500, 3000, word)
    document.add_linked_file("file:///home/ada/talk.mp4", mimetype="video/mp4")
    document.to_file(str(path))
    return path


def test_long_csv_gives_a_rating_for_each_filled_row(tmp_path: Path) -> None:
    found = read_ratings([write(tmp_path / "a.csv", LONG)])
    assert said(found) == {
        ("P1", "anna", 0, 1, 3),
        ("P1", "ben", 0, 1, 4),
        ("P2", "ben", 1, 2, 3),
    }
    assert found.rows[0].place == "a.csv, line 2"
    assert found.raters == ("anna", "ben")


def test_wide_csv_equals_long_csv(tmp_path: Path) -> None:
    wide = "second,participant,anna,ben,comment\n0,P1,happy,sad,odd\n1,P1,,,\n1,P2,?,joy,\n"
    assert said(read_ratings([write(tmp_path / "w.csv", wide)])) == said(
        read_ratings([write(tmp_path / "l.csv", LONG)])
    )


def test_csv_of_a_european_spreadsheet_is_read(tmp_path: Path) -> None:
    text = "\ufeffStart;End;Participant;Emotion\r\n0.5;3;P1;Sadness\r\n"
    found = read_ratings([write(tmp_path / "anna.csv", text)])
    assert said(found) == {("P1", "anna", 0.5, 3.0, 4)}  # the file's name is the rater's


def test_eaf_gives_a_rating_for_each_annotation(tmp_path: Path) -> None:
    found = read_ratings([write_eaf(tmp_path / "anna.eaf")])
    assert said(found) == {("P1", "anna", 0.5, 3.0, 4)}
    assert (found.rows[0].session, found.rows[0].place) == ("talk", "anna.eaf, tier P1, at 0.5 s")


def test_eaf_tier_can_name_its_rater(tmp_path: Path) -> None:
    assert read_ratings([write_eaf(tmp_path / "x.eaf", tier="P2@ben")]).raters == ("ben",)


def test_folder_is_all_its_files(tmp_path: Path) -> None:
    write_eaf(tmp_path / "anna.eaf")
    write(tmp_path / "ben.csv", "second,participant,emotion\n0,P1,sad\n")
    write(tmp_path / "notes.txt", "none")
    assert read_ratings([tmp_path]).raters == ("anna", "ben")


def test_segments_count_for_the_seconds_whose_middle_they_hold() -> None:
    rows = (
        Rating("", "P1", "a", 0.0, 1.4, 3, ""),
        Rating("", "P1", "a", 1.4, 3.0, 4, ""),
        Rating("", "P1", "a", 3.6, 4.4, 5, ""),
    )
    found = rate_seconds(Ratings(rows))
    assert (found.second.tolist(), found.emotion[:, 0].tolist()) == ([0, 1, 2], [3, 4, 4])
    assert found.n_too_short == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(LONG + "2,P1,anna,contempt\n", r"'contempt' \(a.csv, line 6\)", id="label"),
        pytest.param(LONG + "0,P1,anna,sad\n", r"\(a.csv, line 2\) and .*line 6", id="overlap"),
        pytest.param(LONG + "x,P1,anna,sad\n", r"`second` must be .*'x' \(a.csv, line 6", id="x"),
        pytest.param(LONG + "1.5,P1,anna,sad\n", r"`second` 1.5 \(a.csv, line 6", id="half"),
        pytest.param(LONG + "9e9,P1,anna,sad\n", r"within ten days", id="milliseconds"),
        pytest.param(LONG + "2,,anna,sad\n", r"who was rated.*line 6", id="nobody"),
        pytest.param(LONG + "2,P1\n", r"the 4 cells of the header, but got 2", id="cells"),
        pytest.param("second,participant\n0,P1\n", r"the columns second, participant", id="bare"),
        pytest.param("", r"the columns none \(a.csv, line 1\)", id="nothing"),
        pytest.param("second,participant,anna\n0,P1,\n", "an empty sheet", id="empty"),
        pytest.param(
            "start,end,participant,anna\n3,2,P1,sad\n", "`start` 3 and `end` 2", id="turn"
        ),
        pytest.param("start,end,participant,a,a\n1,2,P1,sad,\n", "each once", id="twice"),
    ],
)
def test_bad_csv_is_refused_by_name_and_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(RatingsError, match=told):
        read_ratings([write(tmp_path / "a.csv", text)])


def test_overlapping_segments_in_one_tier_are_refused() -> None:
    rows = [Rating("", "P1", "a", s, s + 2.0, 3, f"x.eaf, tier P1, at {s} s") for s in (0.0, 1.5)]
    with pytest.raises(RatingsError, match=r"P1 by a must not overlap.*0 to 2 s .*1.5 to 3.5 s"):
        Ratings(tuple(rows))


def test_the_same_file_twice_under_two_names_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RatingsError, match="give each rater's file once"):
        read_ratings([write(tmp_path / f"{n}.csv", LONG) for n in "ab"])


def test_eaf_without_rated_tiers_is_refused(tmp_path: Path) -> None:
    path = write_eaf(tmp_path / "a.eaf", tier="speech", kind="utterance")
    with pytest.raises(RatingsError, match=r"`a.eaf` must have tiers .* got the tiers default, sp"):
        read_ratings([path])


def test_eaf_with_an_unknown_word_names_the_tier(tmp_path: Path) -> None:
    path = write_eaf(tmp_path / "a.eaf", word="contempt")
    with pytest.raises(RatingsError, match=r"'contempt' \(a.eaf, tier P1, at 0.5 s\)"):
        read_ratings([path])


@pytest.mark.parametrize("name", ["a.eaf", "a.csv", "a.txt", "gone.eaf", "gone.csv", "empty"])
def test_what_is_no_ratings_file_is_refused(tmp_path: Path, name: str) -> None:
    for damaged in ("a.eaf", "a.csv", "a.txt"):
        (tmp_path / damaged).write_bytes(b"\xff\xfe<nothing")
    (tmp_path / "empty").mkdir()
    with pytest.raises(RatingsError, match=Path(name).stem):
        read_ratings([tmp_path / name])


def test_placing_knows_people_by_name_and_sessions_by_recording(tmp_path: Path) -> None:
    session = write_session(tmp_path / "talk", make_analysis(n_participants=2, n_s=20))
    rows = (
        Rating("", "ada <B>", "a", 0.0, 20.0, 3, ""),
        Rating("meeting <1> & co", "p2", "a", 0.0, 1.0, 3, ""),
    )
    found = place_ratings(Ratings(rows), [session])
    assert [(r.session, r.participant) for r in found.rows] == [("talk", "P1"), ("talk", "P2")]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        pytest.param(
            ("", "P9", 0.0, 1.0), r"in the session talk \(P1, P2\), but got 'P9'", id="who"
        ),
        pytest.param(("", "P1", 19.0, 21.0), "lasts 20 s, and .* got 19 to 21 s", id="end"),
        pytest.param(
            ("other", "P1", 0.0, 1.0), "one of the sessions talk, .*'other'", id="session"
        ),
    ],
)
def test_placing_refuses_what_is_not_in_the_session(
    tmp_path: Path, row: tuple[str, str, float, float], told: str
) -> None:
    session = write_session(tmp_path / "talk", make_analysis(n_participants=2, n_s=20))
    name, who, start_s, end_s = row
    ratings = Ratings((Rating(name, who, "a", start_s, end_s, 3, "a.csv, line 2"),))
    with pytest.raises(RatingsError, match=told + r".*\(a.csv, line 2\)"):
        place_ratings(ratings, [session])


NEW_EAF = """<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="" DATE="2026-03-01T10:00:00+01:00" FORMAT="3.0" VERSION="3.0"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">
    <HEADER MEDIA_FILE="" TIME_UNITS="milliseconds">
        <MEDIA_DESCRIPTOR MEDIA_URL="file:///C:/study/talk.mp4" MIME_TYPE="video/mp4"
            RELATIVE_MEDIA_URL="./talk.mp4"/>
        <PROPERTY NAME="URN">urn:nl-mpi-tools-elan-eaf:1</PROPERTY>
        <PROPERTY NAME="lastUsedAnnotationId">2</PROPERTY>
    </HEADER>
    <TIME_ORDER>
        <TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="1000"/>
        <TIME_SLOT TIME_SLOT_ID="ts2" TIME_VALUE="2500"/>
        <TIME_SLOT TIME_SLOT_ID="ts3" TIME_VALUE="4000"/>
    </TIME_ORDER>
    <TIER ANNOTATOR="ben" LINGUISTIC_TYPE_REF="expression" PARTICIPANT="P1" TIER_ID="P1 (Ada)">
        <ANNOTATION>
            <ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" CVE_REF="cve_happy" TIME_SLOT_REF1="ts1"
                TIME_SLOT_REF2="ts2">
                <ANNOTATION_VALUE>happy</ANNOTATION_VALUE>
            </ALIGNABLE_ANNOTATION>
        </ANNOTATION>
        <ANNOTATION>
            <ALIGNABLE_ANNOTATION ANNOTATION_ID="a2" TIME_SLOT_REF1="ts2" TIME_SLOT_REF2="ts3">
                <ANNOTATION_VALUE/>
            </ALIGNABLE_ANNOTATION>
        </ANNOTATION>
    </TIER>
    <TIER LINGUISTIC_TYPE_REF="default-lt" TIER_ID="notes"/>
    <LINGUISTIC_TYPE CONTROLLED_VOCABULARY_REF="emotions" GRAPHIC_REFERENCES="false"
        LINGUISTIC_TYPE_ID="expression" TIME_ALIGNABLE="true"/>
    <LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="default-lt"
        TIME_ALIGNABLE="true"/>
    <LANGUAGE LANG_DEF="http://cdb.iso.org/lg/CDB-00138502-001" LANG_ID="eng"/>
    <CONTROLLED_VOCABULARY CV_ID="emotions">
        <DESCRIPTION LANG_REF="eng"/>
        <CV_ENTRY_ML CVE_ID="cve_happy">
            <CVE_VALUE DESCRIPTION="" LANG_REF="eng">happy</CVE_VALUE>
        </CV_ENTRY_ML>
    </CONTROLLED_VOCABULARY>
    <REF_LINK_SET LINK_SET_ID="links"/>
</ANNOTATION_DOCUMENT>
"""


def test_document_of_a_newer_elan_is_read(tmp_path: Path) -> None:
    (tmp_path / "anna.eaf").write_text(NEW_EAF, encoding="utf-8")
    (row,) = read_ratings([tmp_path / "anna.eaf"]).rows
    assert (row.session, row.participant, row.rater) == ("talk", "P1", "ben")
    assert (row.start_s, row.end_s, row.emotion) == (1.0, 2.5, 3)
