"""Texts and their spans as vectors."""
