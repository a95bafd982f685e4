"""From what the models read in each frame to one signal a second, and to its changes.

In: rows of (time, participant, probabilities, quality) by one model, frames in order.
Out: one probability vector a second and participant; change candidates of each member and
which of them are noise; the denoised series of a whole session.

``per_second`` and ``second_stream`` (weighted means), ``changes`` (candidates),
``noise_rules`` (dismissal), ``denoise`` (offline DFT filter). METHODS 4 and 5.
"""
