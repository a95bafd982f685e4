"""From the members' signals to the group: its expression, its camps, its events, its kind.

In: probabilities of all members by second, and who changed when. Out: the group's mean,
dispersion, polarisation and camps by second; group-wise changes; how engaged each member was, and
whether the group was synchronous or homogeneous, each with effect, interval and p.

``synthesis`` (mean, dominant emotions, dispersion), ``polarisation`` (two camps, beside their
chance value), ``camps`` (who sides with whom), ``events`` (changes of most members at once, as a
causal step). ``kinds`` is ``change_counts`` -> ``synchrony`` (by ``lag_covariance``) and
``homogeneity`` -> ``labels``, all beside ``chance``; ``pseudo_groups`` compares recordings.
METHODS 5, 7 and 8.
"""
