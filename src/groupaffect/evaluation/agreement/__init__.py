"""How far raters agree, and what they agree on.

In: ``RatedSeconds``. Out: coefficients with intervals, and the ground truth that k of n raters
chose, beside what chance alone would give.

- ``tallies``: counts by block that everything else is computed from.
- ``coefficients``: alpha, kappas, AC1 from counts. ``majority``: k of n, its truth and its chance.
- ``stretches``: blocks of time or sessions, drawn again for intervals.
- ``figures``, ``study``: all of it for everybody, by emotion, by participant.
- ``truth_table``: the ground truth as a table that other studies read.
"""
