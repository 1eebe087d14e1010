"""Align a statement with a sentence and name differences.

The certain verdicts without a model rest on this. A statement *aligns* with a sentence when the words that carry
meaning stand in both, in the same order but for whole phrases; every way in which the two differ is then named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from assistant.core.text.tokens import Token
from assistant.verification.alignment.differences import Difference, Run, matters
from assistant.verification.alignment.omissions import left_out
from assistant.verification.alignment.order import moved
from assistant.verification.lexicon import MODAL, NEGATION, QUANTITY, opposite, turned

_BINDING = NEGATION | MODAL


@dataclass(frozen=True)
class Alignment:
    """How a statement lies on a sentence.

    `coverage` in 0..1 is the share of the statement's meaning-carrying words found in the sentence in order;
    `differences` is empty where nothing that matters changed.
    """

    coverage: float
    differences: tuple[Difference, ...]
    matched: int

    @property
    def same(self) -> bool:
        """Nothing that matters changed, and there is enough to go by."""
        return not self.differences and self.matched >= 2


def align(said: Sequence[Token], source: Sequence[Token], text: str) -> Alignment:
    """Aligns a statement's tokens with a source's; `text` is the source's text (for its punctuation)."""
    runs = _runs([_key(t) for t in said], [_key(t) for t in source])
    hit = {run.said + i: run.source + i for run in runs for i in range(run.size)}
    taken = set(hit.values())
    differences = [*_came(said, source, hit), *left_out(said, source, hit, taken, text)]
    if not differences:
        differences = moved(runs, said, source, text)
    content = [i for i, token in enumerate(said) if matters(token)]
    found = sum(i in hit for i in content)
    return Alignment(found / max(len(content), 1), tuple(differences), found)


def _key(token: Token) -> str:
    # Names and numbers must be the same as written; other words the same by stem, and "not" in any form.
    if token.lower == "cannot" or token.lower.endswith("n't"):
        return "not"
    return token.lower if token.name else token.stem


def _runs(said: list[str], source: list[str]) -> list[Run]:
    """Equal stretches: the longest common order first, then what moved."""
    runs: list[Run] = []
    free_said, free_source = [True] * len(said), [True] * len(source)
    for _ in range(6):
        masked_said = [
            key if free else f"\0{i}" for i, (key, free) in enumerate(zip(said, free_said, strict=False))
        ]
        masked_source = [
            key if free else f"\1{i}" for i, (key, free) in enumerate(zip(source, free_source, strict=False))
        ]
        matcher = SequenceMatcher(None, masked_said, masked_source, autojunk=False)
        blocks = [b for b in matcher.get_matching_blocks() if b.size]
        if not blocks:
            break
        for block in blocks:
            runs.append(Run(block.a, block.b, block.size))
            for i in range(block.size):
                free_said[block.a + i] = free_source[block.b + i] = False
    return sorted(runs, key=lambda run: run.said)


def _came(said: Sequence[Token], source: Sequence[Token], hit: dict[int, int]) -> list[Difference]:
    """Words of the statement that the source does not have."""
    found, taken = [], set(hit.values())
    for i, token in enumerate(said):
        if i in hit or (not matters(token) and token.lower not in _BINDING):
            continue
        before = next((hit[j] for j in range(i - 1, -1, -1) if j in hit), -1)
        after = next((hit[j] for j in range(i + 1, len(said)) if j in hit), len(source))
        there = [t for k, t in enumerate(source[before + 1 : after], before + 1) if k not in taken]
        difference = _name_difference(token, there)
        if difference.kind == "negation" and not _denies_shared(said, i, hit):
            difference = Difference("word", token.text, difference.source)
        found.append(difference)
    return found


def _denies_shared(said: Sequence[Token], at: int, hit: dict[int, int]) -> bool:
    """Return whether a negation denies what the source says of the same: the words around it stand there in their order."""
    denied = next((i for i in range(at + 1, len(said)) if matters(said[i])), None)
    before = next((i for i in range(at - 1, -1, -1) if matters(said[i])), None)
    if denied is None or before is None or before not in hit:
        return denied is None or denied in hit
    return denied in hit and hit[before] < hit[denied]


def _name_difference(token: Token, there: Sequence[Token]) -> Difference:
    for other in there:
        if opposite(token, other):
            return Difference("direction", token.text, other.text)
    for other in there:
        if turned(token, other):
            return Difference("turn", token.text, other.text)
    instead = " ".join(t.text for t in there if matters(t))[:60]
    if token.lower in NEGATION:
        return Difference("negation", token.text, instead)
    if token.text[0].isdigit():
        number = next((t.text for t in there if t.text[0].isdigit()), "")
        return Difference("number", token.text, number)
    if token.lower in QUANTITY:
        return Difference("quantity", token.text, instead)
    if token.lower in MODAL:
        return Difference("modality", token.text, instead)
    if token.name:
        return Difference("name", token.text, next((t.text for t in there if t.name), ""))
    return Difference("word", token.text, instead)
