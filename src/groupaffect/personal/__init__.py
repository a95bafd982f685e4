"""Teach the two models one person: labels from the group, then an offset or a head of their own.

In: the others' expressions and what the models read of the person. Out: ``Shift`` of each model.
"""
