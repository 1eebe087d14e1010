"""The only way to language models."""
