"""From a statement and an abstract to a verdict."""
