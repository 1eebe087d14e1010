"""Studies of verdicts: whether a statement that is checked gets the right one."""
