"""Find the faces in each frame, follow them, and say whose they are.

In: ``Frame``. Out: ``FaceObservations``, every participant in every frame.

- ``layout``: is this a call with tiles, or a room?
- ``detector``: CenterFace on key frames and whenever a face is lost.
- ``landmarker``: 68 points on each face; between detections faces are followed by them.
- ``tracker``: the causal step from frame to frame; ``observe`` folds it over a recording.
- ``quality``: how far the pixels of a face can be relied on.
"""
