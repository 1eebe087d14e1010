"""The chat in a browser."""

from assistant.web.serve import serve

__all__ = ["serve"]
