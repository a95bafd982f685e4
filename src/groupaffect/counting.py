"""Numbers of things in sentences: "1 block", "2 blocks"."""

from __future__ import annotations


def counted(n: int, thing: str, *, things: str = "") -> str:
    """Return a number with its noun in the right number.

    Parameters
    ----------
    thing : the noun for one. things : for several, where it does not just end in "s".

    Examples
    --------
    >>> counted(1, "block"), counted(0, "block"), counted(2, "independent circle")
    ('1 block', '0 blocks', '2 independent circles')
    >>> counted(1, "person", things="people"), counted(2, "person", things="people")
    ('1 person', '2 people')
    """
    return f"{n} {thing if n == 1 else things or thing + 's'}"
