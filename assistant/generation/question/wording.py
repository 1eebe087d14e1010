"""Replace words by the library's: where no paper says "booze", papers that say "alcohol" may answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.core.text.tokens import Token, tokens
from assistant.generation.question.spelling import nearest_word
from assistant.generation.question.topic import BESIDE
from assistant.library.sync import LibraryFiles
from assistant.retrieval.encoder import EncodedPaper, EncodedText, Encoder
from assistant.verification.lexicon import JUDGEMENTS, POLAR

# So many words of the papers, the nearest ones within their sentences, are compared with a word of the question by themselves.
_COMPARED = 8
# By themselves, two words mean much the same from this cosine on.
_ALIKE = 0.69
# What has an opposite is near to that, too.
_TURNED = POLAR | JUDGEMENTS


@dataclass(frozen=True)
class Reworded:
    """A question with words of the library for those that it lacks: `said` has, for each, what was asked and what stands for it."""

    question: str
    said: tuple[tuple[str, str], ...]


def reworded(
    question: EncodedText, papers: Sequence[EncodedPaper], files: LibraryFiles, encoder: Encoder
) -> Reworded | None:
    """Return a question in words of the papers that were found for it, or spelt as papers do; None if there are none for any word that
    the library lacks."""
    text = question.text
    said: list[tuple[str, str]] = []
    for row, word in reversed(list(enumerate(question.content))):
        named = word.name or (word.start > 0 and word.text[0].isupper())
        if named or not word.text.isalpha() or word.lower in BESIDE or word.stem in _TURNED:
            continue
        if files.lexical.holds(word.stem):
            continue
        if known := _alike(word, row, question, papers, encoder) or nearest_word(word, files):
            text = text[: word.start] + known + text[word.end :]
            said.insert(0, (word.text, known))
    return Reworded(text, tuple(said)) if said else None


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
    nearest = sorted(near, key=lambda one: -near[one])[:_COMPARED]
    asked, *others = encoder.texts([word.lower, *nearest])
    alike = [float(other.vector @ asked.vector) for other in others]
    best = max(alike, default=0.0)
    return nearest[alike.index(best)] if best >= _ALIKE else ""


def _words(paper: EncodedPaper) -> list[Token]:
    """Return the words of a paper that have vectors, in their order."""
    title = [word for word in tokens(paper.paper.title) if word.content]
    return [*title, *(word for sentence in paper.sentences for word in sentence.content)]
