"""Answers of quotes: rank the sentences, choose among them, quote them."""
