"""One paper from several records: which records are of one paper, how they are merged, and where each came from."""
