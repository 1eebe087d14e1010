"""Papers side by side: aspects, agreement and contradiction."""
