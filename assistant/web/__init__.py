"""The chat in a browser: layout and events only; all that it does is one call of `Assistant`."""

from assistant.web.serving import serve

__all__ = ["serve"]
