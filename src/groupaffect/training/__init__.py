"""Recipes for every weight file in the package (PyTorch; extra ``train``).

Nothing outside this folder imports it. ``python -m groupaffect.training --help``
lists the recipes; the make target ``train-paper`` runs them in order.
"""
