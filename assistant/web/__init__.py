"""The chat in a browser: layout and events only; all that it does is one call of `Assistant`."""

from assistant.web.serve import serve

__all__ = ["serve"]
