"""Where a library lives: in a folder, or on a Chroma server that several machines share."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from assistant.core.errors import SettingsError
from assistant.core.settings import cache_path, library_path, on_server

# What Chroma takes as the name of a collection, with room for what stands behind it; also names of tenants and databases.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,118}")
_TENANT, _DATABASE = "default_tenant", "default_database"
"""Those of a server of one's own."""


@dataclass(frozen=True)
class Address:
    """A library on a server: `http(s)://host[:port]/name`, or `.../tenant/database/name` where the server has several; in its normal
    form. It never holds a password."""

    server: str
    name: str
    tenant: str = _TENANT
    database: str = _DATABASE

    def __str__(self) -> str:
        within = (self.tenant, self.database) if self.is_rented else ()
        return "/".join((self.server, *within, self.name))

    @property
    def is_rented(self) -> bool:
        """Whether it names its tenant and database, as on Chroma Cloud."""
        return (self.tenant, self.database) != (_TENANT, _DATABASE)

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
    form = f"{parts.scheme}://HOST:PORT/NAME"
    if "@" in parts.netloc:
        raise SettingsError(
            f"The address of the library on {host} holds a user or a password: leave it out, and set the environment variable "
            "CHROMA_API_KEY."
        )
    *within, name = parts.path.strip("/").split("/")
    if len(within) == 1:
        raise SettingsError(
            f"The address of the library on {host or 'no host'} has two parts, {within[0]!r} and {name!r}: write {form}, or "
            f"{parts.scheme}://HOST:PORT/TENANT/DATABASE/NAME."
        )
    named = all(_NAME.fullmatch(one) for one in (*within, name))
    if not host or parts.query or parts.fragment or len(within) not in (0, 2) or not named:
        raise SettingsError(
            f"The address of the library on {host or 'no host'} needs a name of at most 119 letters, digits, dots and hyphens: write "
            f"{form}, or {parts.scheme}://HOST:PORT/TENANT/DATABASE/NAME."
        )
    host = f"[{host}]" if ":" in host else host
    return Address(f"{parts.scheme}://{host}{f':{port}' if port else ''}", name, *within)
