"""Many cases: planned, run, kept in a folder, within a budget."""
