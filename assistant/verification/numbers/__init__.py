"""Whether the figures of a statement are those of the abstract."""
