"""Standard output and error whose reader may have enough of them, as ``| head`` has.

The work goes on: a file of ``--json`` or ``--output`` may be wanted all the same, and the exit code
says how that went.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import Any


def forgive_closed_pipes() -> None:
    """Let what is written to a closed pipe go nowhere, from here on and to the program's end."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        with contextlib.suppress(AttributeError, OSError, ValueError):  # none, or no real file
            setattr(sys, name, _forgiving(stream))


def _forgiving(stream: io.TextIOWrapper) -> io.TextIOWrapper:
    file = _Forgiving(stream.fileno(), "wb", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(file),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


class _Forgiving(io.FileIO):
    """A file that takes everything once its reader has gone.

    It takes everything as well after it has failed once for another reason, such as a full disk:
    Python writes what is left over once more at its end, and would fail there again.
    """

    def write(self, data: Any) -> int:  # noqa: ANN401 (whatever has bytes)
        try:
            return super().write(data)
        except OSError as error:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            if not isinstance(error, BrokenPipeError):
                raise
            return memoryview(data).nbytes
