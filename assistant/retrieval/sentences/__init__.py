"""Which sentence of a paper answers."""
