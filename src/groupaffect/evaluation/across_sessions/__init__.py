"""Many sessions together: one table, what differs between groups, and what goes with what.

``measures`` (what is told of each participant of a session), ``covariates`` (what people know of
sessions and participants), ``circles`` (who comes again, and which sessions share people),
``intraclass`` (which share of a measure lies between sessions), ``levels``, ``arrangements`` and
``association`` (a measure beside a covariate, tested by session),
``pseudo`` (sessions beside groups of people who never met), ``study`` (all of it), ``tables``.
The unit is the session, or the participant within it; never the second.
"""
