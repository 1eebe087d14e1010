"""Chroma, local or served."""
