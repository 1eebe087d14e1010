"""Tokens, sentences and numbers of a text."""
