"""Measure results against truth: what a model or a fusion gets right, and how surely."""
