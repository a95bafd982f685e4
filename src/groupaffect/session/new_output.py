"""A new file or folder that appears under its name only when it is whole, and replaces nothing."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from groupaffect.errors import OutputError, sentence
from groupaffect.session.folder import (
    check_encodable,
    is_empty_folder,
    open_work_folder,
    output_errors,
    publish,
)
from groupaffect.session.turns import list_missing_parents, remove_empty, taking_turns


@contextlib.contextmanager
def new_output(output: Path, *, what: str) -> Iterator[Path]:
    """Yield a hidden place to build an output in; at the end it gets its name.

    What is begun is removed where building fails, with the folders made for it.

    Parameters
    ----------
    output : a file or folder; only an empty folder may be there already.
    what : the output, in words, for errors.

    Raises
    ------
    OutputError : something is there already, or the place cannot be written.
    """
    place = Path(os.path.realpath(output))
    with output_errors(output, what=what), ExitStack() as begun:
        check_encodable(place)
        begun.callback(remove_empty, list_missing_parents(place))
        with taking_turns(place):
            check_free(place, what=what)
            work = begun.enter_context(open_work_folder(place))
        built = work / place.name
        yield built
        with taking_turns(place):
            check_free(place, what=what)
            if built.is_dir():
                publish(built, place)
            else:
                built.replace(place)


def check_free(place: Path, *, what: str) -> None:
    """Check that an output may go to a place.

    Raises
    ------
    OutputError : something is there already.
    """
    if not os.path.lexists(place) or is_empty_folder(place):
        return
    message = sentence(
        wanted=f"the {what} needs a free place",
        got="something there already",
        remedy=f"choose another name, or remove it: {place}",
    )
    raise OutputError(message)
