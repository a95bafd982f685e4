"""Find the faces in each frame, follow them, and say whose they are.

In: ``Frame``. Out: ``FaceObservations``, every participant in every frame.

- ``observe``: folds the causal step over a recording; names come once a second.
- ``tracker``: the step from frame to frame. ``following``: by landmarks, without a detector.
  ``looking``, ``detector``: CenterFace on key frames, when the picture jumps and whenever a face
  is lost. ``fresh``, ``recognition``: whose face a detection is, by place and by looks.
  ``naming``: when a face becomes a participant, and who came back.
- ``track``: one face over time. ``portrait``: hair, clothes and face, in memory only.
- ``layout``: is this a call with tiles, or a room? ``layout_watch``, ``jumps``: that may change.
- ``landmarker``, ``tight_crop``, ``crops``: 68 points and upright squares.
- ``quality``: how far the pixels of a face can be relied on.
"""
