"""Sentences, tokens, quantities and citation marks in a text."""
