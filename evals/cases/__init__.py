"""One case: ask, record, score, judge."""
