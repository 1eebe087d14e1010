"""Tell where refused words stand, and in how many papers: what was looked for, and where to ask on."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import islice

from assistant.core.answers.answer import Answer
from assistant.core.text.tokens import STOP, stem, stems, tokens
from assistant.generation.question.topic import BESIDE
from assistant.library.bm25 import Lexical
from assistant.retrieval.sentences.fit import EFFECTS

_MOST_MISSING, _MOST_FOUND = 3, 2
# Words that ask, and are not looked for.
_ASKS = BESIDE | EFFECTS | {"compare", "contrast"}
_BETWEEN = re.compile(r"[^\w]+")


def with_occurrence(
    answer: Answer, lexical: Lexical, is_author: Callable[[str], bool] = lambda _: False
) -> Answer:
    """Return a refusal with a remark such as "“France” is in none of the 72 papers, “capital” in 2.": at most three words that no
    paper has and that are no author's name, and two others: first those in the titles of the nearest papers, which one may ask about,
    then the rarest. An answer, or a refusal that has a remark already, comes back as it is.

    `lexical` tells of which papers: the whole library, or a part of it.
    """
    if not answer.refusal or answer.remark or lexical.count < 2:
        return answer
    found: dict[str, int] = {}
    for token in tokens(answer.standalone):
        if (
            token.content
            and len(token.text) > 1
            and token.stem not in STOP
            and token.lower not in _ASKS
            and any(map(str.isalpha, token.text))
        ):
            found.setdefault(token.text, _papers_with(token.lower, lexical))
    nowhere = (word for word, count in found.items() if not count and not is_author(word))
    missing = [f"“{word}”" for word in islice(nowhere, _MOST_MISSING)]
    near = stems([word for paper in answer.refusal.nearest for word in tokens(paper.title)])
    held = [word for word, count in found.items() if count]
    rare = sorted(held, key=lambda word: (stem(word.lower()) not in near, found[word]))[:_MOST_FOUND]
    of = f"of the {lexical.count:,} papers"
    parts = [f"{_listed(missing)} {'is' if len(missing) == 1 else 'are'} in none {of}"] if missing else []
    parts += [
        f"“{word}” {'' if n or missing else 'is '}in {found[word]:,}{'' if n or missing else f' {of}'}"
        for n, word in enumerate(rare)
    ]
    return replace(answer, remark=", ".join(parts) + ".") if parts else answer


def _papers_with(word: str, lexical: Lexical) -> int:
    """Return in how many papers a word stands; of one with a hyphen, its rarest part."""
    return min(lexical.frequency(stem(part)) for part in _BETWEEN.split(word) if part)


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
