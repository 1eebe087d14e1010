"""Answers and papers for other programs."""
