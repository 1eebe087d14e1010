"""Replace words by the library's: where no paper says "booze", papers that say "alcohol" may answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.conversation.phrases import BE
from assistant.core.text.tokens import Token, tokens
from assistant.generation.question.spelling import nearest_together, nearest_word
from assistant.generation.question.topic import BESIDE
from assistant.library.sync import LibraryFiles
from assistant.retrieval.encoder import EncodedPaper, EncodedText, Encoder
from assistant.verification.lexicon import JUDGEMENTS, POLAR

# So many words of the papers, the nearest ones within their sentences, are compared with a word of the question by themselves.
_COMPARED = 8
# By themselves, two words mean much the same from this cosine on.
_ALIKE = 0.69
# Within their sentences they come so near: "weed" of a field is near to "drugs" by itself alone (0.71; 0.27 within its sentence, other
# pairs that mean the same from 0.44 on).
_NEAR = 0.4
# What has an opposite is near to that, too.
_TURNED = POLAR | JUDGEMENTS


@dataclass(frozen=True)
class Reworded:
    """A question with words of the library for those that it lacks: `said` has, for each, what was asked and what stands for it;
    `sought` is true where one of them is what is asked for, "salary" of "What is the salary of a captain?"."""

    question: str
    said: tuple[tuple[str, str], ...]
    sought: bool


def reworded(
    question: EncodedText, papers: Sequence[EncodedPaper], files: LibraryFiles, encoder: Encoder
) -> Reworded | None:
    """Return a question in words of the papers that were found for it, or spelt as papers do; None if there are none for any word that
    the library lacks."""
    text = question.text
    said: list[tuple[str, str]] = []
    sought = False
    lacking = {word: row for row, word in enumerate(question.content) if _is_lacking(word, files)}
    together = nearest_together(list(lacking), question.stems, [one.paper for one in papers], files)
    for word, row in reversed(lacking.items()):
        known = together.get(word) or _alike(word, row, question, papers, encoder)
        if known := known or nearest_word(word, files):
            text = text[: word.start] + known + text[word.end :]
            said.insert(0, (word.text, known))
            sought |= row == 0 and len(question.content) > 1 and _asks_what(question)
    return Reworded(text, tuple(said), sought) if said else None


def _asks_what(question: EncodedText) -> bool:
    """Return whether a question asks what the first of its words that carry meaning is."""
    first, second = ([word.lower for word in question.tokens] + ["", ""])[:2]
    return first == "what" and second in BE


def _is_lacking(word: Token, files: LibraryFiles) -> bool:
    """Return whether no paper says a plain word that another may stand for."""
    named = word.name or (word.start > 0 and word.text[0].isupper())
    plain = not named and word.text.isalpha() and word.lower not in BESIDE and word.stem not in _TURNED
    return plain and not files.lexical.holds(word.stem)


def _alike(
    word: Token, row: int, question: EncodedText, papers: Sequence[EncodedPaper], encoder: Encoder
) -> str:
    """Return the word of the papers that means much the same as one of the question; "" if none does."""
    near: dict[str, float] = {}
    for paper in papers:
        cosines = paper.words @ question.words[row]
        for other, cosine in zip(_words(paper), cosines.tolist(), strict=True):
            if other.text.isalpha() and other.stem not in _TURNED:
                near[other.lower] = max(near.get(other.lower, -1.0), cosine)
    nearest = [one for one in sorted(near, key=lambda one: -near[one]) if near[one] >= _NEAR][:_COMPARED]
    if not nearest:
        return ""
    asked, *others = encoder.texts([word.lower, *nearest])
    alike = [float(other.vector @ asked.vector) for other in others]
    best = max(alike, default=0.0)
    return nearest[alike.index(best)] if best >= _ALIKE else ""


def _words(paper: EncodedPaper) -> list[Token]:
    """Return the words of a paper that have vectors, in their order."""
    title = [word for word in tokens(paper.paper.title) if word.content]
    return [*title, *(word for sentence in paper.sentences for word in sentence.content)]
