"""What an ELAN document must be like: order, attributes and references.

Written down from the description of the ELAN annotation format, 2.8 and 3.0 (see
``interchange.elan``), without its parts that we never write.
"""

from __future__ import annotations

import itertools
import re
from xml.etree import ElementTree

# In this order; the last but one is new in 3.0. None: as often as wanted.
CHILDREN: dict[str, tuple[tuple[str, int, int | None], ...]] = {
    "ANNOTATION_DOCUMENT": (
        ("LICENSE", 0, None),
        ("HEADER", 1, 1),
        ("TIME_ORDER", 1, 1),
        ("TIER", 0, None),
        ("LINGUISTIC_TYPE", 0, None),
        ("LOCALE", 0, None),
        ("LANGUAGE", 0, None),
        ("CONSTRAINT", 0, None),
        ("CONTROLLED_VOCABULARY", 0, None),
        ("LEXICON_REF", 0, None),
        ("REF_LINK_SET", 0, None),
        ("EXTERNAL_REF", 0, None),
    ),
    "HEADER": (
        ("MEDIA_DESCRIPTOR", 0, None),
        ("LINKED_FILE_DESCRIPTOR", 0, None),
        ("PROPERTY", 0, None),
    ),
    "TIME_ORDER": (("TIME_SLOT", 0, None),),
    "TIER": (("ANNOTATION", 0, None),),
    "ANNOTATION": (("ALIGNABLE_ANNOTATION", 1, 1),),
    "ALIGNABLE_ANNOTATION": (("ANNOTATION_VALUE", 1, 1),),
    "CONTROLLED_VOCABULARY": (("DESCRIPTION", 0, None), ("CV_ENTRY_ML", 0, None)),
    "CV_ENTRY_ML": (("CVE_VALUE", 1, None),),
}
# Needed, then allowed besides.
ATTRIBUTES: dict[str, tuple[set[str], set[str]]] = {
    "ANNOTATION_DOCUMENT": ({"DATE", "AUTHOR", "VERSION"}, {"FORMAT", "xsi"}),
    "HEADER": (set(), {"MEDIA_FILE", "TIME_UNITS"}),
    "MEDIA_DESCRIPTOR": (
        {"MEDIA_URL", "MIME_TYPE"},
        {"RELATIVE_MEDIA_URL", "TIME_ORIGIN", "EXTRACTED_FROM"},
    ),
    "PROPERTY": (set(), {"NAME"}),
    "TIME_ORDER": (set(), set()),
    "TIME_SLOT": ({"TIME_SLOT_ID"}, {"TIME_VALUE"}),
    "TIER": (
        {"TIER_ID", "LINGUISTIC_TYPE_REF"},
        {"PARTICIPANT", "ANNOTATOR", "DEFAULT_LOCALE", "PARENT_REF", "EXT_REF", "LANG_REF"},
    ),
    "ANNOTATION": (set(), set()),
    "ALIGNABLE_ANNOTATION": (
        {"ANNOTATION_ID", "TIME_SLOT_REF1", "TIME_SLOT_REF2"},
        {"SVG_REF", "EXT_REF", "LANG_REF", "CVE_REF"},
    ),
    "ANNOTATION_VALUE": (set(), set()),
    "LINGUISTIC_TYPE": (
        {"LINGUISTIC_TYPE_ID"},
        {
            *("TIME_ALIGNABLE", "CONSTRAINTS", "GRAPHIC_REFERENCES"),
            *("CONTROLLED_VOCABULARY_REF", "EXT_REF", "LEXICON_REF"),
        },
    ),
    "LANGUAGE": ({"LANG_ID"}, {"LANG_DEF", "LANG_LABEL"}),
    "CONSTRAINT": ({"STEREOTYPE"}, {"DESCRIPTION"}),
    "CONTROLLED_VOCABULARY": ({"CV_ID"}, {"EXT_REF"}),
    "DESCRIPTION": ({"LANG_REF"}, set()),
    "CV_ENTRY_ML": ({"CVE_ID"}, {"EXT_REF"}),
    "CVE_VALUE": ({"LANG_REF"}, {"DESCRIPTION"}),
}
UNIQUE = (
    *(("TIME_SLOT", "TIME_SLOT_ID"), ("TIER", "TIER_ID"), ("CV_ENTRY_ML", "CVE_ID")),
    *(("ALIGNABLE_ANNOTATION", "ANNOTATION_ID"), ("LINGUISTIC_TYPE", "LINGUISTIC_TYPE_ID")),
    *(("CONTROLLED_VOCABULARY", "CV_ID"), ("LANGUAGE", "LANG_ID"), ("CONSTRAINT", "STEREOTYPE")),
)
REFERENCES = (
    ("TIER", "LINGUISTIC_TYPE_REF", "LINGUISTIC_TYPE", "LINGUISTIC_TYPE_ID"),
    ("ALIGNABLE_ANNOTATION", "TIME_SLOT_REF1", "TIME_SLOT", "TIME_SLOT_ID"),
    ("ALIGNABLE_ANNOTATION", "TIME_SLOT_REF2", "TIME_SLOT", "TIME_SLOT_ID"),
    ("LINGUISTIC_TYPE", "CONTROLLED_VOCABULARY_REF", "CONTROLLED_VOCABULARY", "CV_ID"),
    ("CVE_VALUE", "LANG_REF", "LANGUAGE", "LANG_ID"),
)
DATE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


def list_faults(document: bytes) -> list[str]:
    """Return in words where a document departs from the format; none where it does not."""
    root = ElementTree.fromstring(document)
    faults = [fault for element in root.iter() for fault in _faults_of(element)]
    if not re.fullmatch(DATE, root.get("DATE", "")):
        faults.append(f"DATE is {root.get('DATE')}")
    for tag, name in UNIQUE:
        ids = [element.get(name) for element in root.iter(tag)]
        if len(set(ids)) < len(ids):
            faults.append(f"{name} is not unique")
    for tag, name, target, key in REFERENCES:
        known = {element.get(key) for element in root.iter(target)}
        named = {element.get(name) for element in root.iter(tag)} - {None}
        faults += [f"{name} {lost} leads nowhere" for lost in sorted(map(str, named - known))]
    return [*faults, *_faults_of_time(root)]


def _faults_of(element: ElementTree.Element) -> list[str]:
    needed, allowed = ATTRIBUTES.get(element.tag, (set(), None))
    if allowed is None:
        return [f"{element.tag} is unknown"]
    names = {"xsi" if name.startswith(_XSI) else name for name in element.attrib}
    faults = [f"{element.tag} lacks {name}" for name in sorted(needed - names)]
    faults += [f"{element.tag} has {name}" for name in sorted(names - needed - allowed)]
    order = CHILDREN.get(element.tag, ())
    place = {tag: number for number, (tag, _, _) in enumerate(order)}
    tags = [child.tag for child in element]
    faults += [f"{element.tag} holds {tag}" for tag in tags if tag not in place]
    if not faults and [place[tag] for tag in tags] != sorted(place[tag] for tag in tags):
        faults.append(f"{element.tag} is out of order")
    for tag, least, most in order:
        if not least <= tags.count(tag) <= (len(tags) if most is None else most):
            faults.append(f"{element.tag} has {tags.count(tag)} {tag}")
    return faults


def _faults_of_time(root: ElementTree.Element) -> list[str]:
    time_ms = {s.get("TIME_SLOT_ID"): int(s.get("TIME_VALUE", 0)) for s in root.iter("TIME_SLOT")}
    faults = (
        ["time slots are out of order"] if [*time_ms.values()] != sorted(time_ms.values()) else []
    )
    for tier in root.iter("TIER"):
        spans = sorted(
            (time_ms[a.get("TIME_SLOT_REF1")], time_ms[a.get("TIME_SLOT_REF2")])
            for a in tier.iter("ALIGNABLE_ANNOTATION")
        )
        if any(start >= end for start, end in spans):
            faults.append(f"an annotation of {tier.get('TIER_ID')} ends before it starts")
        if any(b[0] < a[1] for a, b in itertools.pairwise(spans)):
            faults.append(f"annotations of {tier.get('TIER_ID')} overlap")
    return faults
