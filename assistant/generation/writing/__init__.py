"""Answers that a model writes: read its reply, put citations right, judge and repair."""
