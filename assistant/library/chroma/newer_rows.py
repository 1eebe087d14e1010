"""Read all rows of a served collection that were written after a generation, in requests of limited size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from assistant.library.chroma.quotas import MOST_ROWS

Rows = dict[str, Any]
"""What Chroma returns: lists by kind, `ids` among them."""


def later(
    get: Callable[..., Rows], reached: Callable[[], int], since: int, also: Sequence[Rows] = ()
) -> Iterator[Rows]:
    """Yield the rows that carry a generation after `since` and fulfil the conditions `also`.

    `get` asks for rows (`where`, `limit`), `reached` tells the library's present generation.

    Nothing is lost while another machine writes, and neither an order of rows nor an offset is relied on:

    - A reply with fewer rows than its limit has all rows of its range of generations as they were at one moment. A full one is
      thrown away, and half of its range is asked for.
    - Ranges are asked for in ascending order, and a row's generation only ever rises. So a row that another machine changes meanwhile
      moves into a later range, which is still to be asked for; the last range has no end.
    - A row that is removed meanwhile leaves another one of a later generation, which the next reading finds.

    A step writes fewer rows than the limit. One generation with more is of an older version of this program, on a server without
    quotas: there the limit grows.
    """
    low, top = since, reached()
    width, most, hopeful = max(1, top - low), MOST_ROWS, True
    while True:
        # What is being written now carries a generation that is not reached: it may fit into the last range, too, or not.
        last = low >= top or (hopeful and low + width >= top)
        bounds: list[Rows] = [{"generation": {"$gt": low}}]
        if not last:
            bounds.append({"generation": {"$lte": low + width}})
        conditions = [*also, *bounds]
        rows = get(where={"$and": conditions} if len(conditions) > 1 else conditions[0], limit=most)
        if len(rows["ids"]) < most:
            yield rows
            if last:
                return
            low, most = low + width, MOST_ROWS
            width = max(1, min(top - low, width if 2 * len(rows["ids"]) >= MOST_ROWS else 2 * width))
        elif width > 1:
            width //= 2
        elif last and hopeful:
            hopeful = False
        elif last and (now := reached()) > top:
            top = now
        else:
            most *= 2
