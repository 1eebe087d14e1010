"""What an answer consists of."""
