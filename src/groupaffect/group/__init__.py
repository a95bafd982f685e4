"""From the members' signals to the group: its expression, how far it is apart, its events.

In: fused probabilities of all members by second, and who changed when. Out: the group's mean,
dispersion and polarisation by second; group-wise changes.

``synthesis`` (mean, dominant emotions, dispersion), ``polarisation`` (two camps, beside their
chance value), ``events`` (changes of most members at once, as a causal step). METHODS 5 and 7.
"""
