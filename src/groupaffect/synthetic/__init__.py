"""People who do not exist, rendered from an appearance model, in recordings with known truth.

- ``person``, ``performance``, ``tile``: who, doing what, drawn into one tile (``render_tile``).
- ``appearance``, ``mesh``, ``warp``, ``face``: the active appearance model and its faces.
- ``eyes``, ``mouth``: what a mean of photographs blurs, drawn on the face's points.
- ``head``, ``hair``, ``body``, ``room``, ``pen``: what is around a face, drawn plainly.
- ``camera``: what a camera adds.
"""
