"""Which overlay video the options of the command line ask for."""

from __future__ import annotations

from groupaffect.errors import UsageError, sentence
from groupaffect.types import OverlayStyle


def choose_style(*, blur_faces: bool, no_pixels: bool) -> OverlayStyle:
    """Return how the overlay is drawn; without pixels there is nothing to blur.

    Examples
    --------
    >>> [choose_style(blur_faces=True, no_pixels=without) for without in (False, True)]
    ['blurred', 'no-pixels']
    """
    if no_pixels:
        return "no-pixels"
    return "blurred" if blur_faces else "plain"


def choose_overlay(wanted: bool, *, blur_faces: bool, no_pixels: bool) -> OverlayStyle | None:
    """Return the overlay that is asked for; None for none.

    Raises
    ------
    UsageError : an option of the overlay is given without it.
    """
    if wanted:
        return choose_style(blur_faces=blur_faces, no_pixels=no_pixels)
    if blur_faces or no_pixels:
        name = "--no-pixels" if no_pixels else "--blur-faces"
        message = sentence(
            wanted=f"`{name}` belongs to `--overlay`",
            got="it alone",
            remedy="add `--overlay`, or leave it out",
        )
        raise UsageError(message)
    return None
