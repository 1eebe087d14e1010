"""Doubt a model's approval, if its evidence cannot carry the statement.

A model can be talked into approval. What it names must speak of the statement: share its words, hold its figures, and
agree with it in names, negation and direction.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.core.text.tokens import STOP, Token, in_english, stems, tokens
from assistant.llm.injection import planted
from assistant.retrieval.encoder import EncodedPaper
from assistant.verification.lexicon import NEGATION, POLAR, UTMOST, opposite, turn
from assistant.verification.numbers.guard import check, moved

# This share of a statement's words must be in what carries it; more if the rules find that nothing does.
_SHARE = 0.25
_SHARE_OF_SILENT = 0.5
_DENIALS = NEGATION | {"without"}
_REACH = 4
# "Fastest", "highest"; not "test", "best" (a word of its own), "rest".
_SHORT = 5
# A source speaks of a statement if it has so many of its words.
_SPEAKS = 2


def doubt(
    statement: str,
    quotes: Sequence[str],
    papers: Sequence[EncodedPaper],
    question: str = "",
    *,
    silent: bool = False,
) -> str:
    """Return why quotes of papers cannot carry a statement, as the end of a sentence; "" if they can.

    Titles of the papers count as quotes. With `silent` the rules find nothing of the statement in the papers.
    """
    said = tokens(statement)
    text = " ".join([*(f"{p.paper.title}." for p in papers), *quotes])
    there = tokens(text)
    english = in_english(said)
    if not _speaks_of(said, there, _SHARE_OF_SILENT if silent else _SHARE, english=english):
        return "names words that do not speak of it."
    if any(v.kind != "name" for v in check(statement, [text])) or moved(statement, quotes):
        return "the words that it names do not have the figures."
    if name := _unknown_name(said, papers, question, english=english):
        return f'the abstract does not name "{name}".'
    if english and (utmost := _exaggerated(said, [*(p.paper.title for p in papers), *quotes])):
        return f'the words that it names do not say "{utmost}".'
    quoted = [t for quote in quotes for t in tokens(quote)]
    if english and quoted and _turned(said, quoted):
        return "the words that it names say otherwise."
    if any(_turned(said, words) for words in _beside_orders(said, papers)):
        return "a sentence of the abstract says otherwise."
    return ""


def _beside_orders(said: Sequence[Token], papers: Sequence[EncodedPaper]) -> list[Sequence[Token]]:
    """Return the words of sentences that speak of a statement, and that an order stands in: it takes no denial out of the abstract."""
    return [
        sentence.tokens
        for paper in papers
        for sentence in paper.sentences
        if sentence.span.start in planted(paper.paper)
        and _speaks_of(said, sentence.tokens, _SHARE_OF_SILENT, english=True)
    ]


def _exaggerated(said: Sequence[Token], sources: Sequence[str]) -> str:
    """Return the word with which a statement claims the utmost where no source that speaks of it says anything of the kind, or ""."""
    denied = False
    for words in map(tokens, sources):
        if len(stems(words) & stems(said)) < _SPEAKS:
            continue
        if any(t.lower in UTMOST or (t.lower.endswith("est") and len(t.lower) > _SHORT) for t in words):
            return ""
        denied = denied or any(t.lower in NEGATION for t in words)
    return next(
        (t.text for t in said if t.lower in UTMOST and not (denied and t.lower in NEGATION)),
        "",
    )


def _speaks_of(said: Sequence[Token], there: Sequence[Token], share: float, *, english: bool) -> bool:
    """Return whether enough words are shared; in another language names and figures must do."""
    ours, theirs = stems(said), stems(there)
    if not english:
        return bool(ours & theirs)
    return len(ours & theirs) >= max(min(2, len(ours) // 2), share * len(ours))


def _unknown_name(
    said: Sequence[Token], papers: Sequence[EncodedPaper], question: str, *, english: bool
) -> str:
    """Return a name in the statement that neither papers nor question have, or ""."""
    text = " ".join([*(p.text for p in papers), question])
    known = _squeezed(text)
    words = [w for w in re.findall(r"[^\W\d_]+", text)]
    initials = "".join(w[0] for w in words).casefold()
    for i, token in enumerate(said):
        proper = english and i > 0 and token.text[0].isupper()
        if not (token.name or proper) or token.lower in STOP or token.text[0].isdigit():
            continue
        forms = [_squeezed(form) for form in (token.text, token.text.rstrip("s"))]
        parts = [_squeezed(part) for part in re.split(r"[-–]", token.text)]
        letters = forms[1]
        acronym = 2 <= len(letters) <= 6 and letters.isalpha() and letters in initials
        if (
            not any(form in known for form in forms)
            and not all(part in known for part in parts)
            and not acronym
        ):
            return token.text
    return ""


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()


def _turned(said: Sequence[Token], there: Sequence[Token]) -> bool:
    """Return whether a statement differs from what it rests on in negation or in direction."""
    stems_there = {t.stem for t in there}
    for token in said:
        if (
            (token.content or token.stem in POLAR)
            and token.stem not in stems_there
            and any(opposite(token, t) for t in there)
        ):
            return True
    turns_there = {turn(t) for t in there} - {0}
    turns_said = {turn(t) for t in said if t.stem not in stems_there} - {0}
    if turns_said and turns_there and not turns_said & turns_there:
        return True
    denied_said, denied_there = _denied(said), _denied(there)
    if (_denied(said, 1) & stems_there) - denied_there:
        return True
    if denied_said and not denied_there and -1 not in turns_there:
        return True
    shared = denied_there & {t.stem for t in said if t.content}
    return bool(shared) and not denied_said and -1 not in {turn(t) for t in said}


def _denied(words: Sequence[Token], most: int = _REACH) -> set[str]:
    """Return the stems of the words that mean something and follow a denial closely, at most so many for each."""
    return {
        other.stem
        for i, token in enumerate(words)
        if token.lower in _DENIALS
        for other in [t for t in words[i + 1 : i + 1 + _REACH] if t.content][:most]
    }
