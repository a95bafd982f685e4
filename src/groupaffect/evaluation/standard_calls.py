"""The calls on which identity is measured: every layout, and everything that moves in one."""

from __future__ import annotations

from groupaffect.evaluation.composed_calls import Call, Scene, Tile, grid, speaker_view, tile

# Clips of ``clips/faces`` that show one person from beginning to end.
A, B, C, D, E, F = (
    "talking_andrew_clip_1",
    "talking_feifeili_clip1",
    "talking_reagan_clip1",
    "talking_KristiNoem",
    "expressive_d10",
    "expressive_d6",
)
DURATION_S = 4.0


def _still(tiles: tuple[Tile, ...], **how: object) -> Call:
    """Return a call whose tiles never move."""
    return Call((Scene(0.0, tiles),), DURATION_S, **how)  # type: ignore[arg-type]


def _faces(*names: str) -> list[Tile]:
    return [tile(name) for name in names]


def _quick_speakers(**how: object) -> Call:
    """Return a call in which somebody else speaks every second."""
    others = {speaker: [p for p in (A, B, C, D) if p != speaker] for speaker in (A, B, C, D)}
    scenes = tuple(
        Scene(float(second), speaker_view(speaker, *others[speaker]))
        for second, speaker in enumerate((A, B, C, D, B, A, D, C, A, B))
    )
    return Call(scenes, float(len(scenes)), **how)  # type: ignore[arg-type]


_FOUR = grid(2, 2, _faces(A, B, C, D))
_THREE_CENTRED = (*grid(2, 2, _faces(A, B)), Tile((0.25, 0.5, 0.75, 1.0), (C,)))
_NINE = [
    *_faces(A, B),
    tile(show="black"),
    tile(show="initial"),
    *_faces(C, D),
    tile(show="initial"),
    tile(show="black"),
    tile(E),
]

STANDARD_CALLS: dict[str, Call] = {
    "1x2": _still(grid(1, 2, _faces(A, B))),
    "2x1": _still(grid(2, 1, _faces(A, B))),
    "2x2": _still(_FOUR),
    "2x2, borders and name bars": _still(_FOUR, border_px=12, has_names=True),
    "3x3, cameras off": _still(grid(3, 3, _NINE), size_px=(960, 540)),
    "2+1 centred": _still(_THREE_CENTRED),
    "speaker above a strip": _still(speaker_view(A, B, C, D), size_px=(960, 540)),
    "2x2 at 4:3": _still(_FOUR, size_px=(640, 480)),
    "1x2 letterboxed": _still(
        (Tile((0.0, 0.14, 0.5, 0.86), (A,)), Tile((0.5, 0.14, 1.0, 0.86), (B,)))
    ),
    "2x2 at 1280x720": _still(_FOUR, size_px=(1280, 720)),
    "2x2 at 1920x1080": Call((Scene(0.0, _FOUR),), 4.0, size_px=(1920, 1080)),
    "2x2 at 3840x2160": Call((Scene(0.0, _FOUR),), 2.0, size_px=(3840, 2160)),
    "two in one tile": _still(grid(1, 2, [tile(A, B), tile(C)]), size_px=(960, 360)),
    "a slide in a tile": _still(grid(2, 2, [*_faces(A, B), tile(show="slide"), tile(C)])),
    "a photograph in a tile": _still(
        grid(2, 2, [*_faces(A, B), tile(D, show="photograph"), tile(C)])
    ),
    "one joins, tiles reorder": Call(
        (Scene(0.0, grid(1, 2, _faces(A, B))), Scene(10.0, grid(2, 2, _faces(C, A, D, B)))), 20.0
    ),
    "one leaves and comes back": Call(
        (
            Scene(0.0, _FOUR),
            Scene(6.0, (*grid(2, 2, _faces(A, C)), Tile((0.25, 0.5, 0.75, 1.0), (D,)))),
            Scene(14.0, grid(2, 2, _faces(A, C, D, B))),
        ),
        20.0,
    ),
    "one leaves, a stranger takes the tile": Call(
        (Scene(0.0, _FOUR), Scene(7.0, grid(2, 2, _faces(A, E, C, D)))), 14.0
    ),
    "speakers change": Call(
        (
            Scene(0.0, speaker_view(A, B, C, D)),
            Scene(5.0, speaker_view(B, A, C, D)),
            Scene(10.0, speaker_view(C, A, B, D)),
            Scene(15.0, speaker_view(A, B, C, D)),
        ),
        20.0,
        size_px=(960, 540),
    ),
    "gallery to speaker and back": Call(
        (Scene(0.0, _FOUR), Scene(6.0, speaker_view(D, A, B, C)), Scene(12.0, _FOUR)),
        18.0,
        size_px=(960, 540),
    ),
    "two tiles change places": Call(
        (
            Scene(0.0, grid(3, 3, _NINE)),
            Scene(7.0, grid(3, 3, [_NINE[1], _NINE[0], *_NINE[2:]])),
        ),
        14.0,
        size_px=(960, 540),
    ),
    "people join one by one": Call(
        (
            Scene(0.0, grid(1, 1, _faces(A))),
            Scene(0.9, grid(1, 2, _faces(A, B))),
            Scene(1.9, _THREE_CENTRED),
            Scene(2.9, _FOUR),
        ),
        8.0,
    ),
    "tiles reorder again and again": Call(
        (
            Scene(0.0, _FOUR),
            Scene(0.6, grid(2, 2, _faces(B, A, C, D))),
            Scene(1.4, grid(2, 2, _faces(D, A, B, C))),
            Scene(2.0, grid(2, 2, _faces(C, D, B, A))),
            Scene(5.0, _FOUR),
        ),
        8.0,
        rate_hz=25,
    ),
    "two join, then speakers change": Call(
        (
            Scene(0.0, grid(1, 2, _faces(A, B))),
            Scene(6.0, grid(2, 2, _faces(C, A, D, B))),
            Scene(7.0, speaker_view(B, A, C, D)),
            Scene(8.0, speaker_view(C, A, B, D)),
            Scene(11.0, speaker_view(D, A, B, C)),
            Scene(14.0, grid(2, 2, _faces(C, A, D, B))),
        ),
        18.0,
        size_px=(960, 540),
    ),
    "speakers change every second": _quick_speakers(),
    "speakers change every second at 1280x720": _quick_speakers(size_px=(1280, 720), rate_hz=25),
}
