"""A statement beside the sentence it restates."""
