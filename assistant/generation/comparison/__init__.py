"""Papers side by side."""
