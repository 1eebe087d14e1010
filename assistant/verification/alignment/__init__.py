"""What differs between a statement and the sentence it restates."""
