"""Pure functions of lists. What cannot be scored gives no score (None), never a zero."""
