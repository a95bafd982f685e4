"""Sessions in the words of other tools, and other tools' tables as sessions.

Out: ``exporting.export_session``. In: ``importing.import_table``.

- ``elan``: ``.eaf`` documents, empty for raters or with our results. ``rating_sheet``: CSV.
- ``frames_out``: per-frame rows; ``py_feat_out``, ``openface_out``: in these tools' columns.
- ``tidy_csv``: every table as CSV; ``psych_ds``, ``variables``: a data set to share.
- ``foreign_faces``: what another tool saw; ``table_in``, ``py_feat_in``, ``openface_in``: read it;
  ``readings``: as the readings that a session is made of.
"""
