"""The figures of a statement."""
