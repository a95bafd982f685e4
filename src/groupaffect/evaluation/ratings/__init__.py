"""What people say that others show: who rated whom, when, and as what.

In: CSV files (a row for each rating, or a column for each rater) and ELAN documents. Out:
``Ratings``, and from them ``RatedSeconds``, one row for each participant and second.

- ``rating``: the values. ``opening``: from files to values; ``csv_file``, ``eaf_file``: one each.
- ``placing``: ratings of known sessions, checked against who is in them and how long they last.
- ``seconds``: segments cut into seconds.
"""
