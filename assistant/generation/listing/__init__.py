"""Answers that are lists."""
