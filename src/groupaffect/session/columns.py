"""Names of the files of a session and of their columns: the contract with people and programs."""

from __future__ import annotations

from groupaffect.types import EMOTIONS, MODELS

SCHEMA_VERSION = 1

RECORD_FILE = "session.json"
FACES_FILE = "faces.parquet"
SIGNALS_FILE = "signals.parquet"
FUSION_FILE = "fusion.csv"
GROUP_FILE = "group.csv"
MEMBERS_FILE = "members.csv"
EVENTS_FILE = "events.csv"
PARTICIPANTS_FILE = "participants.csv"
# Beside the tables, where it was asked for.
OVERLAY_FILE = "overlay.mp4"

FILES = (
    RECORD_FILE,
    FACES_FILE,
    SIGNALS_FILE,
    FUSION_FILE,
    GROUP_FILE,
    MEMBERS_FILE,
    EVENTS_FILE,
    PARTICIPANTS_FILE,
)

LANDMARK_COLUMNS = tuple(f"{axis}_{point}" for axis in "xy" for point in range(68))
SCORE_COLUMNS = tuple(f"{model}_{emotion}" for model in MODELS for emotion in EMOTIONS)
FACES_COLUMNS = (
    *("frame", "time", "participant", "face_x", "face_y", "face_width", "face_height"),
    *("face_score", "quality", "success"),
    *LANDMARK_COLUMNS,
    *SCORE_COLUMNS,
)
SIGNALS_COLUMNS = ("second", "participant", "source", *EMOTIONS, "coverage", "quality")
FUSION_COLUMNS = (
    *("start", "end", "participant", "image_weight", "landmark_weight"),
    *("n_changes", "group_n_changes", "reason"),
)
DENOISED_COLUMNS = tuple(f"{emotion}_denoised" for emotion in EMOTIONS)
GROUP_COLUMNS = (
    *("second", "members", *EMOTIONS, *DENOISED_COLUMNS, "dominant"),
    *("dispersion", "polarisation", "n_visible", "n_engaged"),
    # Last, so that a reader by position is not disturbed: polarisation means nothing without it.
    "polarisation_chance",
)
MEMBERS_COLUMNS = ("second", "participant", "engaged", "camp")
EVENTS_COLUMNS = ("start", "end", "kind", "participants", "from", "to", "strength", "reason")
PARTICIPANTS_COLUMNS = (
    *("participant", "name", "tile_row", "tile_column", "first_s", "last_s", "visible_share"),
)
