"""Citations in users' texts."""
