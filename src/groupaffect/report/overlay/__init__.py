"""Draw what was found into the pictures of a recording, and keep them as a video.

In: pictures with their times, and a ``Session``. Out: ``overlay.mp4`` in its folder. Nothing here
opens a recording or looks for faces: ``groupaffect.overlay`` joins them.

- ``shown_faces``, ``captions``: who is where in a frame; what is said of them in a second.
- ``font``, ``plate``: words that every machine can draw; one caption as a small picture.
- ``placement``: where the plates go, clear of faces, of each other and of the margin.
- ``drawing``, ``picture``: one frame, and the frames one after the other.
- ``head_regions``, ``holding``, ``blur``: what to hide, when, and how.
- ``mark``: what the file says of itself.
"""
