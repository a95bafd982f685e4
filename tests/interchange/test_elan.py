"""Our ELAN documents keep the published format."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pympi import Eaf

from groupaffect.interchange.elan import LAST_ID_PROPERTY, rating_document, result_document
from groupaffect.session import Session
from groupaffect.types import EMOTIONS
from reference.eaf_structure import list_faults
from reference.random_session import make_analysis, make_empty_analysis, write_session


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    folder = tmp_path_factory.mktemp("session") / "talk & <1>"
    return write_session(folder, make_analysis(n_participants=4, n_s=60))


def test_documents_keep_the_format(session: Session) -> None:
    assert list_faults(rating_document(session)) == []
    assert list_faults(result_document(session)) == []


def test_documents_of_nobody_keep_the_format(tmp_path: Path) -> None:
    empty = write_session(tmp_path / "empty", make_empty_analysis())
    assert list_faults(rating_document(empty)) == []
    assert list_faults(result_document(empty)) == []


def test_a_word_outside_the_vocabulary_is_found(session: Session) -> None:
    rated = (
        b'<TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="0" /><TIME_SLOT TIME_SLOT_ID="ts2" '
        b'TIME_VALUE="900" /></TIME_ORDER>',
        b'PARTICIPANT="P2"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" '
        b'TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2"><ANNOTATION_VALUE>%s</ANNOTATION_VALUE>'
        b"</ALIGNABLE_ANNOTATION></ANNOTATION></TIER>",
    )
    document = rating_document(session)
    document = document.replace(b"<TIME_ORDER />", b"<TIME_ORDER>" + rated[0])
    filled = document.replace(b'PARTICIPANT="P2" />', rated[1])
    assert list_faults(filled.replace(b"%s", b"happy")) == []
    assert list_faults(filled.replace(b"%s", b"joyful")) == ["P2 says joyful"]


@pytest.mark.parametrize(
    "name", ["call \x01.mp4", "caf\udce9.mp4", "Besprechung Ä.mp4", "a%20b?.mov"]
)
def test_any_name_of_a_recording_keeps_the_format(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name.encode("utf-8", "replace").decode()  # no folder has another name
    made = write_session(folder, make_analysis(n_participants=2, n_s=8))
    media = replace(made.record.media, name=name)
    odd = replace(made, record=replace(made.record, media=media))
    for document in (rating_document(odd), result_document(odd)):
        assert list_faults(document) == []


def test_elan_is_told_the_last_annotation(session: Session) -> None:
    root = ElementTree.fromstring(result_document(session))
    ids = [int(a.get("ANNOTATION_ID", "a0")[1:]) for a in root.iter("ALIGNABLE_ANNOTATION")]
    told = {p.get("NAME"): p.text for p in root.iter("PROPERTY")}
    assert len(ids) > 100
    assert told[LAST_ID_PROPERTY] == str(max(ids))
    assert "lastUsedAnnotation" not in told


def test_times_of_annotations_outlive_the_order_of_slots(session: Session, tmp_path: Path) -> None:
    (tmp_path / "r.eaf").write_bytes(result_document(session))
    document = Eaf(str(tmp_path / "r.eaf"))
    label = session.analysis().signal("P3", "image").probability.argmax(axis=1)
    spans = document.get_annotation_data_for_tier("P3 image")
    assert sum(end_ms - start_ms for start_ms, end_ms, _ in spans) > 30_000
    for start_ms, end_ms, word in spans:
        assert {EMOTIONS[k] for k in label[start_ms // 1000 : end_ms // 1000]} == {word}


@pytest.mark.parametrize(
    ("find", "put", "fault"),
    [
        (b"<TIME_ORDER>", b"<TIME_ORDER /><TIME_ORDER>", "ANNOTATION_DOCUMENT has 2 TIME_ORDER"),
        (b'TIER_ID="P2 image"', b'TIER_ID="P2 fused"', "P2 fused is not unique"),
        (b'ANNOTATION_ID="a2"', b'ANNOTATION_ID="ts2"', "ts2 is not unique"),
        (b'ANNOTATION_ID="a2"', b'ANNOTATION_ID="2"', "ANNOTATION_ID is 2"),
        (b'TIME_VALUE="0"', b'TIME_VALUE="0.5"', "TIME_VALUE is 0.5"),
        (b'TIME_ALIGNABLE="true"', b'TIME_ALIGNABLE="True"', "TIME_ALIGNABLE is True"),
        (b'MEDIA_URL="file:///', b'MEDIA_URL="a b/', "MEDIA_URL is a b/"),
        (b"<ANNOTATION>", b"<ANNOTATION>x", "ANNOTATION holds text"),
        (b'LINGUISTIC_TYPE_ID="reading"', b'LINGUISTIC_TYPE_ID="x"', "reading leads nowhere"),
        (b'TIME_SLOT_ID="ts2" TIME_VALUE="0"', b'TIME_SLOT_ID="ts2" TIME_VALUE="9"', "slots"),
        (b" MIME_TYPE=", b" KIND=", "MEDIA_DESCRIPTOR lacks MIME_TYPE"),
        (b' DATE="2026', b' DATE="26', "DATE is 26"),
        (b"<HEADER>", b"<HEADER><TIER />", "HEADER holds TIER"),
    ],
)
def test_what_departs_from_the_format_is_found(
    session: Session, find: bytes, put: bytes, fault: str
) -> None:
    document = result_document(session)
    assert find in document
    assert any(fault in found for found in list_faults(document.replace(find, put, 1)))
