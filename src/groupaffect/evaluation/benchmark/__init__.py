"""Sessions with known truth, made of what both models really read, to see when fusing helps.

``pools`` (readings of labelled faces), ``conditions`` (people and groups), ``truth_process``
(who shows what when), ``seeing`` (what the models see of it), ``methods`` (ways of fusing),
``scores``, ``suites`` (many sessions over a grid of conditions). METHODS 6.
"""
