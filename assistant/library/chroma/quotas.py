"""What one request and one row on a server may hold.

These are the quotas of Chroma Cloud (docs.trychroma.com, "Quotas & Limits"). A server of one's own has none of them, and is written to
in the same way: smaller requests cost it little.
"""

from __future__ import annotations

MOST_ROWS = 300
"""Rows of a write, results of a read, ids that are asked for."""
LONGEST_ID = 128
"""Bytes of a row's id."""
PIECE = 900
"""Characters of a value. On its own server, Chroma keeps metadata in an index of SQLite, which holds entries of up to 1,002 bytes without
a page of their own."""
LONG_PIECE = 4_000
"""Characters of a value where pieces of the usual size would be too many: it may have 4,096 bytes."""
MOST_PIECES = 26
"""Of a row, which may have 32 keys: some tell what the pieces are of."""
AT_ONCE = 8
"""Reads of one machine, and writes. A collection takes ten of each at a time."""
