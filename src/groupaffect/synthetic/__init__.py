"""People who do not exist, rendered from an appearance model, in recordings with known truth."""
