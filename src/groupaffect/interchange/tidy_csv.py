"""Every table of a session as CSV, one observation in each row."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import numpy as np

from groupaffect.interchange.frames_out import Column, write_columns
from groupaffect.session import Session
from groupaffect.session.columns import (
    FACES_COLUMNS,
    FACES_FILE,
    FILES,
    SIGNALS_COLUMNS,
    SIGNALS_FILE,
)
from groupaffect.timeline import TIME_GRACE_S
from groupaffect.types import EMOTIONS, EmotionSignal


def write_tidy_csv(folder: Path, session: Session, *, with_faces: bool = True) -> None:
    """Write a folder with ``signals.csv``, ``faces.csv`` (per frame) and the session's CSV tables.

    Raises
    ------
    UnreadableSessionError : a table is damaged.
    OSError : the folder cannot be written.
    """
    folder.mkdir()
    for name in FILES:
        if name.endswith(".csv"):
            shutil.copyfile(session.path / name, folder / name)
    write_signals(folder / Path(SIGNALS_FILE).with_suffix(".csv"), session)
    if with_faces:
        tables = session.iterate_faces()
        parts = ({name: t[name].combine_chunks() for name in FACES_COLUMNS} for t in tables)
        write_columns(folder / Path(FACES_FILE).with_suffix(".csv"), FACES_COLUMNS, parts)


def write_signals(path: Path, session: Session) -> None:
    """Write everybody's expressions by source and second."""
    write_columns(path, SIGNALS_COLUMNS, map(_signal_columns, session.signals))


def _signal_columns(signal: EmotionSignal) -> dict[str, Column]:
    n = len(signal)
    return {
        "second": math.floor(signal.start_s + TIME_GRACE_S) + np.arange(n),
        "participant": [signal.participant] * n,
        "source": [signal.source] * n,
        **dict(zip(EMOTIONS, signal.probability.T.astype(np.float32), strict=True)),
        "coverage": signal.coverage.astype(np.float32),
        "quality": signal.quality.astype(np.float32),
    }
