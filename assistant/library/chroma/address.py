"""Where a library lives: in a folder, or on a Chroma server that several machines share."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from assistant.core.errors import SettingsError
from assistant.core.settings import cache_path, library_path, on_server

# What Chroma takes as the name of a collection, with room for what stands behind it.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


@dataclass(frozen=True)
class Address:
    """A library on a server: `http(s)://host[:port]/name`, in its normal form. It never holds a password."""

    server: str
    name: str

    def __str__(self) -> str:
        return f"{self.server}/{self.name}"

    @property
    def cache(self) -> Path:
        """The folder of what this machine derives from the library; it can be deleted at any time."""
        return cache_path() / "servers" / hashlib.sha256(str(self).encode()).hexdigest()[:16]


def place_of(given: str | Path | None) -> Path | Address:
    """Return where the library lives that a user named; None: the user's own folder. Raises `SettingsError` for half an address."""
    if not given:
        return library_path()
    text = str(given)
    if not on_server(text):
        return Path(given)
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError as exc:
        raise SettingsError(
            f"The address of the library cannot be read ({exc}): write http://HOST:PORT/NAME."
        ) from exc
    if "@" in parts.netloc:
        raise SettingsError(
            f"The address of the library on {host} holds a user or a password: leave it out, and set the environment variable "
            "CHROMA_API_KEY."
        )
    name = parts.path.strip("/")
    if not host or parts.query or parts.fragment or not _NAME.fullmatch(name):
        raise SettingsError(
            f"The address of the library on {host or 'no host'} needs a name of letters, digits, dots and hyphens: write "
            f"{parts.scheme}://HOST:PORT/NAME."
        )
    host = f"[{host}]" if ":" in host else host
    return Address(f"{parts.scheme}://{host}{f':{port}' if port else ''}", name)
