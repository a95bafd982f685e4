"""Ratings in an ELAN document: a tier for each participant.

Rated tiers have the linguistic type ``expression``, as in our own sheets. A tier's PARTICIPANT is
who was rated, else its name up to an ``@``; its ANNOTATOR is who rated, else its name after the
``@``, else the file's name.

References
----------
ELAN annotation format 2.8: https://www.mpi.nl/tools/elan/EAF_Annotation_Format_2.8_and_ELAN.pdf
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from groupaffect.errors import RatingsError, sentence
from groupaffect.evaluation.ratings.rating import Rating, word_to_emotion

EXPRESSION_TYPE = "expression"  # linguistic type of a tier that people rate on
SESSION_PROPERTY = "groupaffect.session"  # of the document: which session it belongs to


def read_eaf_ratings(path: Path) -> list[Rating]:
    """Return the ratings of an ELAN document; empty annotations are no ratings.

    Raises
    ------
    RatingsError : no ELAN document, one without rated tiers, or a word or time cannot be used;
        names the tier.
    OSError : the file cannot be opened.
    """
    document = _open_document(path)
    tiers = [
        t
        for t in document.tiers
        if _attribute(document, t, "LINGUISTIC_TYPE_REF") == EXPRESSION_TYPE
    ]
    if not tiers:
        message = sentence(
            wanted=f"`{path.name}` must have tiers of the linguistic type `{EXPRESSION_TYPE}`",
            got=f"the tiers {', '.join(document.tiers) or 'none'}",
            remedy="start from a sheet of `groupaffect export --to rating-sheet`, or give the "
            "rated tiers that type",
        )
        raise RatingsError(message)
    return [row for tier in tiers for row in _read_tier(document, tier, path=path)]


def _open_document(path: Path) -> Any:  # noqa: ANN401 (pympi carries no types)
    from pympi import Eaf

    path.open("rb").close()  # so that a missing file is told from a damaged one
    try:
        # A newer ELAN's documents have what we read in the same place.
        return Eaf(str(path), suppress_version_warning=True)
    except Exception as error:
        message = sentence(
            wanted=f"`{path.name}` must be an ELAN document",
            got="something that cannot be read as one",
            remedy="open it in ELAN and save it again",
        )
        raise RatingsError(message) from error


def _attribute(document: Any, tier: str, name: str) -> str:  # noqa: ANN401
    return (document.tiers[tier][2].get(name) or "").strip()


def _read_tier(document: Any, tier: str, *, path: Path) -> Iterator[Rating]:  # noqa: ANN401
    before, _, after = tier.partition("@")
    participant = _attribute(document, tier, "PARTICIPANT") or before.strip()
    rater = _attribute(document, tier, "ANNOTATOR") or after.strip() or path.stem
    session = _session_of(document)
    for first, last, word, _ in document.tiers[tier][0].values():
        span = tuple(document.timeslots.get(slot) for slot in (first, last))
        place = f"{path.name}, tier {tier}, {_clock(span[0])}"
        emotion = word_to_emotion(word, place=place)
        if emotion < 0:
            continue
        if span[0] is None or span[1] is None or not 0 <= span[0] < span[1]:
            message = sentence(
                wanted="every annotation must have a start before its end",
                got=f"one without ({place})",
                remedy="align it in ELAN",
            )
            raise RatingsError(message)
        yield Rating(
            session=session,
            participant=participant,
            rater=rater,
            start_s=span[0] / 1000,
            end_s=span[1] / 1000,
            emotion=emotion,
            place=place,
        )


def _clock(time_ms: int | None) -> str:
    return "an unaligned annotation" if time_ms is None else f"at {time_ms / 1000:g} s"


def _session_of(document: Any) -> str:  # noqa: ANN401
    """Return the session that our own sheets name, else the stem of the linked recording."""
    for name, value in document.properties:
        if name == SESSION_PROPERTY:
            return str(value or "")
    for media in document.media_descriptors:
        return PurePosixPath(unquote(media.get("MEDIA_URL", ""))).stem
    return ""
