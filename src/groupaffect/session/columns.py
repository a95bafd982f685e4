"""Names of the files of a session and of their columns: the contract with people and programs."""

from __future__ import annotations

from groupaffect.types import EMOTIONS, MODELS, UNDETERMINED

SCHEMA_VERSION = 2

RECORD_FILE = "session.json"
FACES_FILE = "faces.parquet"
SIGNALS_FILE = "signals.parquet"
FUSION_FILE = "fusion.csv"
GROUP_FILE = "group.csv"
MEMBERS_FILE = "members.csv"
EVENTS_FILE = "events.csv"
STATES_FILE = "states.csv"
PARTICIPANTS_FILE = "participants.csv"

FILES = (
    RECORD_FILE,
    FACES_FILE,
    SIGNALS_FILE,
    FUSION_FILE,
    GROUP_FILE,
    MEMBERS_FILE,
    EVENTS_FILE,
    STATES_FILE,
    PARTICIPANTS_FILE,
)
# Since which schema a session has a file, where not from the first on.
SINCE_SCHEMA = {STATES_FILE: 2}

# Made from the tables, or from the recording and the tables; a session is whole without them.
REPORT_FILE = "report.html"
FIGURES_FOLDER = "figures"
OVERLAY_FILE = "overlay.mp4"
# Results that were replaced, oldest in `1`.
HISTORY_FOLDER = "history"

LANDMARK_COLUMNS = tuple(f"{axis}_{point}" for axis in "xy" for point in range(68))
SCORE_COLUMNS = tuple(f"{model}_{emotion}" for model in MODELS for emotion in EMOTIONS)
FACES_COLUMNS = (
    *("frame", "time", "participant", "face_x", "face_y", "face_width", "face_height"),
    *("face_score", "quality", "success"),
    *LANDMARK_COLUMNS,
    *SCORE_COLUMNS,
)
# Of a session that keeps embeddings; float16, NaN where a face was not read.
EMBEDDING_COLUMNS = tuple(f"{model}_embedding" for model in MODELS)
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
ENGAGED_WORDS = {1: "yes", 0: "no", UNDETERMINED: "undetermined"}
EVENTS_COLUMNS = ("start", "end", "kind", "participants", "from", "to", "strength", "reason")
STATES_COLUMNS = (
    *("start", "end", "kind", "measure", "participants", "effect", "low", "high", "p"),
    *("n_windows", "reason"),
)
PARTICIPANTS_COLUMNS = (
    *("participant", "name", "tile_row", "tile_column", "first_s", "last_s", "visible_share"),
)
