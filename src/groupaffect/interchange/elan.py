"""ELAN documents: empty ones for people who rate, and our results for people who look.

The documents are of format 2.8, which pympi writes. What they hold stands in the same place in 3.0,
which newer ELANs write.

References
----------
ELAN annotation format 2.8: https://www.mpi.nl/tools/elan/EAF_Annotation_Format_2.8_and_ELAN.pdf
ELAN annotation format 3.0: https://www.mpi.nl/tools/elan/EAF_Annotation_Format_3.0_and_ELAN.pdf
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import numpy as np

from groupaffect.evaluation.ratings.eaf_file import EXPRESSION_TYPE, SESSION_PROPERTY
from groupaffect.report.labels import labels_of
from groupaffect.session import Session
from groupaffect.types import EMOTIONS, SOURCES, EmotionSignal, Event

VOCABULARY = "emotions"
LAST_ID_PROPERTY = "lastUsedAnnotationId"  # by which ELAN numbers what it adds
RESULT_TYPE = "reading"  # linguistic type of tiers that nobody rated

Segment = tuple[float, float, str]  # start_s, end_s, word


def rating_document(session: Session) -> bytes:
    """Return a document with an empty tier for each participant and the seven words to choose."""
    document = _open_document(session)
    _add_type(document, EXPRESSION_TYPE, with_vocabulary=True)
    for participant, label in labels_of(session).items():
        document.add_tier(label, ling=EXPRESSION_TYPE, part=participant)
    return _to_bytes(document)


def result_document(session: Session) -> bytes:
    """Return a document with each participant's strongest expression by source, and the events.

    Seconds in a row with the same strongest expression are one annotation.
    """
    document = _open_document(session)
    _add_type(document, RESULT_TYPE, with_vocabulary=False)
    for participant, label in labels_of(session).items():
        for source in reversed(SOURCES):
            signal = session.analysis().signal(participant, source)
            _add_tier(document, f"{label} {source}", participant, _strongest(signal))
        own = [e for e in session.events if e.participants == (participant,)]
        _add_tier(document, f"{label} changes", participant, _changes(own, "individual"))
    _add_tier(document, "group changes", None, _changes(session.events, "group"))
    return _to_bytes(document)


def _open_document(session: Session) -> Any:  # noqa: ANN401 (pympi carries no types)
    from pympi import Eaf

    document = Eaf(author="groupaffect")
    document.adocument["DATE"] = session.record.created_at  # equal sessions give equal bytes
    document.remove_tier("default")
    document.remove_linguistic_type("default-lt")
    document.add_property(SESSION_PROPERTY, _as_xml_can_hold(session.path.name))
    name = session.record.media.name
    kind = mimetypes.guess_type(name)[0] or "video/mp4"
    url = quote(name, errors="surrogateescape")  # a name that is no UTF-8 keeps its bytes
    # The session does not know where the recording is: ELAN looks beside the document, then asks.
    document.add_linked_file(f"file:///{url}", relpath=f"./{url}", mimetype=kind)
    return document


def _as_xml_can_hold(text: str) -> str:
    """Return the text with a mark in the place of what XML forbids, such as control characters."""
    allowed = r"\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff"
    return re.sub(f"[^{allowed}]", "\N{REPLACEMENT CHARACTER}", text)


def _add_type(document: Any, kind: str, *, with_vocabulary: bool) -> None:  # noqa: ANN401
    document.add_linguistic_type(kind)
    if not with_vocabulary:
        return
    document.linguistic_types[kind]["CONTROLLED_VOCABULARY_REF"] = VOCABULARY
    document.add_language("eng", "http://cdb.iso.org/lg/CDB-00138502-001", "English (eng)")
    document.add_controlled_vocabulary(VOCABULARY)
    for emotion in EMOTIONS:
        document.add_cv_entry(VOCABULARY, f"cve_{emotion}", [(emotion, "eng", None)])


def _add_tier(
    document: Any,  # noqa: ANN401
    name: str,
    participant: str | None,
    segments: Iterator[Segment],
) -> None:
    document.add_tier(name, ling=RESULT_TYPE, part=participant)
    for start_s, end_s, word in segments:
        start_ms, end_ms = round(1000 * start_s), round(1000 * end_s)
        if end_ms > start_ms:
            document.add_annotation(name, start_ms, end_ms, word)


def _strongest(signal: EmotionSignal) -> Iterator[Segment]:
    seen = ~np.isnan(signal.probability).any(axis=1)
    label = np.where(seen, np.nan_to_num(signal.probability).argmax(axis=1), -1)
    edges = [0, *(np.flatnonzero(np.diff(label)) + 1).tolist(), len(label)]
    for first, last in pairwise(edges):
        if last > first and label[first] >= 0:
            yield signal.start_s + first, signal.start_s + last, EMOTIONS[int(label[first])]


def _changes(events: list[Event] | tuple[Event, ...], kind: str) -> Iterator[Segment]:
    """Yield events; in a tier nothing may overlap, so each ends where the next begins."""
    kept = sorted((e for e in events if e.kind == kind), key=lambda event: event.start_s)
    ends = [event.start_s for event in kept[1:]] + [np.inf]
    for event, next_s in zip(kept, ends, strict=False):
        words = f"{event.from_label} > {event.to_label}"
        yield event.start_s, min(event.end_s, next_s), words


def _order_time_slots(document: Any) -> None:  # noqa: ANN401
    """Name the slots in the order of time, which is what their order means; pympi's is by tier."""
    in_order = sorted(document.timeslots, key=lambda slot: document.timeslots[slot])
    name = {old: f"ts{number}" for number, old in enumerate(in_order, start=1)}
    document.timeslots = {name[old]: document.timeslots[old] for old in in_order}
    for aligned, *_ in document.tiers.values():
        for key, (start, end, word, picture) in aligned.items():
            aligned[key] = (name[start], name[end], word, picture)


def _to_bytes(document: Any) -> bytes:  # noqa: ANN401
    from pympi.Elan import to_string

    _order_time_slots(document)
    # pympi writes another name, which ELAN does not know.
    kept = [pair for pair in document.properties if pair[0] != "lastUsedAnnotation"]
    document.properties = [*kept, (LAST_ID_PROPERTY, document.maxaid)]
    text = to_string(document, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()
