"""From two models' signals of each person to one: how much to trust which model, and when.

In: per-second probabilities of the image and of the landmark model, and for each window how
often each member changed. Out: fused probabilities and the weights over time.

``weights`` (the value), ``fixed``, ``paper_rule`` and ``learned_gate`` (how it moves), ``rules``
(all of them, called alike), ``mix`` (the weighted sum), ``steadying``. METHODS 6.
"""
