"""Values come back whole from rows that keep the quotas, however long they are."""

from __future__ import annotations

import random

import pytest
from support.chroma_cloud import broken

from assistant.library.chroma.byte_pieces import from_pieces, in_pieces, in_row


@pytest.mark.parametrize(
    ("record", "ledger", "keys", "further"),
    [
        (0, 0, 2, 0),
        (1_000, 100, 5, 0),
        (16_800, 400, 28, 0),
        # In pieces of 4,000 characters.
        (18_000, 400, 9, 0),
        (66_000, 7_000, 27, 0),
        (100_000, 7_000, 14, 2),
        (7_000, 100_000, 14, 2),
        (100_000, 200_000, 4, 5),
        (50_000, 50_000, 20, 1),
    ],
)
def test_values_come_back_from_rows_within_the_quotas(
    record: int, ledger: int, keys: int, further: int
) -> None:
    rng = random.Random(record)
    values = {"record": rng.randbytes(record), "ledger": rng.randbytes(ledger)}
    pieces = in_row(values, "7 p")
    assert (len(pieces.row), len(pieces.further)) == (keys, further)
    rows = {"p": pieces.row, **pieces.further}
    assert broken("upsert", {"ids": list(rows), "metadatas": list(rows.values())}) == ""
    read = {
        name: from_pieces(name, pieces.row, lambda ids: {one: pieces.further[one] for one in ids})
        for name in values
    }
    assert read == values


def test_rows_of_another_state_are_others() -> None:
    data = {"record": bytes(100_000)}
    assert in_row(data, "7 p").further.keys().isdisjoint(in_row(data, "8 p").further)


def test_a_shorter_value_counts_although_pieces_of_a_longer_one_are_left() -> None:
    row = in_row({"record": bytes(200_000)}, "7 p").row | in_pieces("record", b"long " * 900)
    assert from_pieces("record", row | in_pieces("record", b"short")) == b"short"


def test_a_missing_row_is_no_value() -> None:
    pieces = in_row({"record": bytes(100_000)}, "7 p")
    with pytest.raises(KeyError):
        from_pieces("record", pieces.row)
