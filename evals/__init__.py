"""Evaluation suites over the public API: `python -m evals run`."""
