"""What an ELAN document must be like: order, attributes, types, keys and references.

The rules of the schemas EAFv2.8.xsd and EAFv3.0.xsd in words of our own, without their parts that
we never write. The schemas say no licence, so they are not kept here; ``test_elan_schema`` reads
them where somebody has them.
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
# Each once among the elements of its kind; of vocabularies' entries, within the vocabulary.
UNIQUE = (
    ("TIER", "TIER_ID"),
    ("LINGUISTIC_TYPE", "LINGUISTIC_TYPE_ID"),
    ("CONTROLLED_VOCABULARY", "CV_ID"),
)
# xsd:ID: a name without spaces, each once in the whole document.
IDS = (
    *(("TIME_SLOT", "TIME_SLOT_ID"), ("ALIGNABLE_ANNOTATION", "ANNOTATION_ID")),
    *(("LANGUAGE", "LANG_ID"), ("CONSTRAINT", "STEREOTYPE")),
)
ID = r"[A-Za-z_][\w.\-]*"  # of the names that XML allows, those in ASCII letters
URL = r"[!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~\[\]]*"  # no space, no quotes, nothing unescaped
TYPES = (
    ("ANNOTATION_DOCUMENT", "DATE", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"),
    ("HEADER", "TIME_UNITS", r"NTSC-frames|PAL-frames|milliseconds"),
    ("MEDIA_DESCRIPTOR", "MEDIA_URL", rf"file:///{URL}"),
    ("MEDIA_DESCRIPTOR", "RELATIVE_MEDIA_URL", rf"\./{URL}"),
    ("TIME_SLOT", "TIME_VALUE", r"\d{1,10}"),
    ("LINGUISTIC_TYPE", "TIME_ALIGNABLE", r"true|false"),
    ("LINGUISTIC_TYPE", "GRAPHIC_REFERENCES", r"true|false"),
    *((tag, name, ID) for tag, name in IDS),
)
REFERENCES = (
    ("TIER", "LINGUISTIC_TYPE_REF", "LINGUISTIC_TYPE", "LINGUISTIC_TYPE_ID"),
    ("ALIGNABLE_ANNOTATION", "TIME_SLOT_REF1", "TIME_SLOT", "TIME_SLOT_ID"),
    ("ALIGNABLE_ANNOTATION", "TIME_SLOT_REF2", "TIME_SLOT", "TIME_SLOT_ID"),
    ("LINGUISTIC_TYPE", "CONTROLLED_VOCABULARY_REF", "CONTROLLED_VOCABULARY", "CV_ID"),
    ("LINGUISTIC_TYPE", "CONSTRAINTS", "CONSTRAINT", "STEREOTYPE"),
    ("TIER", "PARENT_REF", "TIER", "TIER_ID"),
    ("ALIGNABLE_ANNOTATION", "CVE_REF", "CV_ENTRY_ML", "CVE_ID"),
    *((tag, "LANG_REF", "LANGUAGE", "LANG_ID") for tag in ("CVE_VALUE", "DESCRIPTION", "TIER")),
)
WITH_TEXT = frozenset(("PROPERTY", "ANNOTATION_VALUE", "CVE_VALUE", "DESCRIPTION"))
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


def list_faults(document: bytes) -> list[str]:
    """Return in words where a document departs from the format; none where it does not."""
    root = ElementTree.fromstring(document)
    faults = [fault for element in root.iter() for fault in _faults_of(element)]
    for tag, name, pattern in TYPES:
        values = {element.get(name) for element in root.iter(tag)} - {None}
        bad = sorted(v for v in map(str, values) if not re.fullmatch(pattern, v, re.ASCII))
        faults += [f"{name} is {value}" for value in bad]
    keys = [[element.get(name) for element in root.iter(tag)] for tag, name in UNIQUE]
    keys += [[e.get("CVE_ID") for e in each] for each in root.iter("CONTROLLED_VOCABULARY")]
    keys.append([element.get(name) for tag, name in IDS for element in root.iter(tag)])
    for names in keys:
        faults += [f"{name} is not unique" for name in {*names} if name and names.count(name) > 1]
    for tag, name, target, key in REFERENCES:
        known = {element.get(key) for element in root.iter(target)}
        named = {element.get(name) for element in root.iter(tag)} - {None}
        faults += [f"{name} {lost} leads nowhere" for lost in sorted(map(str, named - known))]
    return [*faults, *_faults_of_time(root), *_faults_of_words(root)]


def _faults_of_words(root: ElementTree.Element) -> list[str]:
    """Return where an annotation of a type with a vocabulary says another word."""
    vocabulary_of = {
        kind.get("LINGUISTIC_TYPE_ID"): kind.get("CONTROLLED_VOCABULARY_REF")
        for kind in root.iter("LINGUISTIC_TYPE")
    }
    words = {
        each.get("CV_ID"): {value.text for value in each.iter("CVE_VALUE")}
        for each in root.iter("CONTROLLED_VOCABULARY")
    }
    return [
        f"{tier.get('TIER_ID')} says {value.text}"
        for tier in root.iter("TIER")
        for value in tier.iter("ANNOTATION_VALUE")
        if value.text
        not in words.get(vocabulary_of.get(tier.get("LINGUISTIC_TYPE_REF")), {value.text})
    ]


def _faults_of(element: ElementTree.Element) -> list[str]:
    needed, allowed = ATTRIBUTES.get(element.tag, (set(), None))
    if allowed is None:
        return [f"{element.tag} is unknown"]
    names = {"xsi" if name.startswith(_XSI) else name for name in element.attrib}
    faults = [f"{element.tag} lacks {name}" for name in sorted(needed - names)]
    faults += [f"{element.tag} has {name}" for name in sorted(names - needed - allowed)]
    if element.tag not in WITH_TEXT and (element.text or "").strip():
        faults.append(f"{element.tag} holds text")
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
    time_ms = {s.get("TIME_SLOT_ID"): float(s.get("TIME_VALUE", 0)) for s in root.iter("TIME_SLOT")}
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
