"""Whether a personal model is better, on sessions whose truth is known: see docs/personal.md."""
