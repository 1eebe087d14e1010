"""Tokens and stems."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import snowballstemmer

from assistant.core.text.tokens import stem

ROOTS = "relat generat nation operat condit hope adjust electr form depend activ commun vari conflat trouble".split()
ENDINGS = "e es ed ing ion ions ional ization iveness fulness ally ement ities izer".split()


def test_threads_do_not_disturb_each_others_stems() -> None:
    words = [f"{root}{ending}{n}" for n in range(8) for root in ROOTS for ending in ENDINGS]
    words += [f"{n}{root}{ending}" for n in range(8) for root in ROOTS for ending in ENDINGS]
    alone = snowballstemmer.stemmer("english")
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            stems = list(pool.map(stem, words))
    finally:
        sys.setswitchinterval(before)
    assert stems == [alone.stemWord(word) for word in words]
