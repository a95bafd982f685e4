"""Read expressions in faces: two models, one of pixels and one of landmarks.

In: ``FaceObservations`` with aligned crops and 68 points. Out: ``ModelScores`` of each model.
"""
