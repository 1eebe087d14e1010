"""Papers on disk: readers, chunks, vectors, the stores, and what keeps them in step."""
