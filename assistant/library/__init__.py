"""Papers on disk."""
