"""Keep a library healthy: examine, repair, back up and restore it, and read one that is read-only."""
