"""Ways in which a file comes to harm, each a pure function of its bytes and a generator."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Mutation = Callable[[bytearray, np.random.Generator], bytearray]

MOST_MUTATIONS = 3  # of one file
HEADER_BYTES = 512  # where most formats say what follows
# Names of boxes and atoms whose content decides how the rest is read.
_FIELD_NAMES = (
    *(b"ftyp", b"moov", b"mvhd", b"tkhd", b"mdhd", b"hdlr", b"stsd", b"avc1", b"avcC", b"stts"),
    *(b"ctts", b"stsc", b"stsz", b"stco", b"stss", b"elst", b"avih", b"strh", b"strf", b"idx1"),
    *(b"movi", b"IHDR", b"IDAT", b"JFIF", b"webm", b"matroska"),
)
_WORDS = (0, 1, 0x7F, 0xFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)


def mutate(data: bytes, rng: np.random.Generator) -> tuple[bytes, list[str]]:
    """Return damaged bytes and what was done to them, in order."""
    harmed, done = bytearray(data), []
    for _ in range(int(rng.integers(1, MOST_MUTATIONS + 1))):
        mutation = MUTATIONS[int(rng.integers(len(MUTATIONS)))]
        done.append(mutation.__name__)
        if harmed:
            harmed = mutation(harmed, rng)
    return bytes(harmed), done


def flip_bits(data: bytearray, rng: np.random.Generator) -> bytearray:
    """Flip one bit in each of 1 to 30 bytes."""
    for place in rng.integers(0, len(data), int(rng.integers(1, 31))):
        data[place] ^= 1 << int(rng.integers(8))
    return data


def flip_header_bits(data: bytearray, rng: np.random.Generator) -> bytearray:
    """Flip one bit in each of 1 to 8 bytes near the start."""
    for place in rng.integers(0, min(HEADER_BYTES, len(data)), int(rng.integers(1, 9))):
        data[place] ^= 1 << int(rng.integers(8))
    return data


def truncate(data: bytearray, rng: np.random.Generator) -> bytearray:
    """Keep a part from the start, maybe nothing."""
    return data[: int(rng.integers(0, len(data)))]


def delete_block(data: bytearray, rng: np.random.Generator) -> bytearray:
    """Take a block out."""
    start, end = _block(data, rng)
    return data[:start] + data[end:]


def repeat_block(data: bytearray, rng: np.random.Generator) -> bytearray:
    """Put a block in twice."""
    start, end = _block(data, rng)
    return data[:end] + data[start:]


def swap_blocks(data: bytearray, rng: np.random.Generator) -> bytearray:
    """Let two neighbouring blocks change places."""
    start, end = _block(data, rng)
    middle = (start + end) // 2
    return data[:start] + data[middle:end] + data[start:middle] + data[end:]


def blank_block(data: bytearray, rng: np.random.Generator) -> bytearray:
    """Fill a block with zeros."""
    start, end = _block(data, rng)
    data[start:end] = bytes(end - start)
    return data


def insert_junk(data: bytearray, rng: np.random.Generator) -> bytearray:
    """Put up to 400 random bytes in."""
    place = int(rng.integers(0, len(data) + 1))
    return data[:place] + bytearray(rng.bytes(int(rng.integers(1, 401)))) + data[place:]


def set_word(data: bytearray, rng: np.random.Generator) -> bytearray:
    """Write an extreme number over four bytes anywhere, in either byte order."""
    return _write_word(data, int(rng.integers(0, len(data))), rng)


def set_field(data: bytearray, rng: np.random.Generator) -> bytearray:
    """Write an extreme number within 64 bytes of the name of a field, or near the start."""
    there = [at for name in _FIELD_NAMES if (at := data.find(name)) >= 0]
    start = there[int(rng.integers(len(there)))] - 4 if there else 0
    place = max(0, start) + int(rng.integers(0, 64))
    return _write_word(data, min(place, len(data) - 1), rng)


def _write_word(data: bytearray, place: int, rng: np.random.Generator) -> bytearray:
    word = _WORDS[int(rng.integers(len(_WORDS)))]
    raw = word.to_bytes(4, "big" if rng.integers(2) else "little")
    end = min(place + 4, len(data))
    data[place:end] = raw[: end - place]
    return data


def _block(data: bytearray, rng: np.random.Generator) -> tuple[int, int]:
    start = int(rng.integers(0, len(data)))
    return start, min(len(data), start + int(rng.integers(1, max(2, len(data) // 4))))


MUTATIONS: tuple[Mutation, ...] = (
    *(flip_bits, flip_header_bits, truncate, delete_block, repeat_block),
    *(swap_blocks, blank_block, insert_junk, set_word, set_field),
)
