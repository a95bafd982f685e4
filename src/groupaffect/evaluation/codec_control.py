"""The original encoded once more like the other recording: what compression alone changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from groupaffect.errors import UnreadableMediaError, sentence
from groupaffect.evaluation.reencoding import reencode
from groupaffect.media import open_media


def write_control(original: Path, other: Path, target: Path) -> dict[str, Any]:
    """Write the original as H.264 in the other's size and at its bit rate; return what was done.

    Parameters
    ----------
    original, other : video files. target : the file to write.

    Raises
    ------
    UnreadableMediaError : one is no video file, so it has no bit rate.
    OSError : the file cannot be written.
    """
    facts = [open_media(path).facts for path in (original, other)]
    for path, fact in zip((original, other), facts, strict=True):
        if not path.is_file() or not fact.duration_s:
            message = sentence(
                wanted="a codec control needs video files of known length",
                got=f"{fact.name}",
                remedy="compare without it: --no-control",
            )
            raise UnreadableMediaError(message)
    bits_per_s = 8 * other.stat().st_size / float(facts[1].duration_s or 1)
    scale = min(1.0, facts[1].height_px / facts[0].height_px)
    reencode(original, target, scale=scale, bits_per_s=round(bits_per_s))
    got = 8 * target.stat().st_size / float(facts[0].duration_s or 1)
    return {
        "codec": "h264",
        "scale": scale,
        "wanted_bits_per_s": round(bits_per_s),
        "bits_per_s": round(got),
        "note": ""
        if facts[1].codec == "h264"
        else f"the other recording is {facts[1].codec}; the control is H.264 at its bit rate",
    }
