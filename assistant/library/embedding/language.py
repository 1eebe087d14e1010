"""Tell the language of a text."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache

import tantivy

from assistant.core.text.tokens import STOP

_WORD = re.compile(r"\w+(?:-\w+)*")
_ENOUGH = 600
"""Characters from which a text's language is told."""
# The languages whose words without meaning of their own ("the", "und") tantivy lists; English wins a tie.
_LANGUAGES = tuple(
    "english german french spanish portuguese italian dutch danish swedish norwegian finnish hungarian russian".split()
)
# Scripts in which mostly one language is written, by the first word of the Unicode names of their letters.
_SCRIPTS = {
    **{"HIRAGANA": "japanese", "KATAKANA": "japanese", "HANGUL": "korean", "CJK": "chinese"},
    **{
        "CYRILLIC": "russian",
        "ARABIC": "arabic",
        "HEBREW": "hebrew",
        "GREEK": "greek",
        "DEVANAGARI": "hindi",
    },
}
_SPANISH = frozenset("¿¡")
# Their signs stand for words or syllables; the last one of them that a text has tells its language.
_SIGNS = ("CJK", "HANGUL", "KATAKANA", "HIRAGANA")


def language_of(text: str, *, sure: bool = False) -> str:
    """Return the language of a text by its letters and function words: "english", "german", ...; "" if it has none, and if
    it must be `sure` where two are as likely."""
    return _language(text, _words(text), sure=sure)


def _language(text: str, words: Sequence[str], *, sure: bool = False) -> str:
    if language := _by_script(text, words):
        return language
    counts = Counter(language for word in words for language in _without_meaning(word))
    # Of English, tantivy lists few, and none that asks ("how", "does").
    counts["english"] = sum(word in STOP for word in words)
    # No other language has them; a damaged text in English may.
    counts["spanish"] += not _SPANISH.isdisjoint(text)
    best = max(_LANGUAGES, key=lambda language: counts[language])
    tied = sure and sum(counts[language] == counts[best] for language in _LANGUAGES) > 1
    return best if counts[best] and not tied else ""


def is_other(text: str) -> bool:
    """Return whether a text is in another language than English, be it one that is not listed here.

    English writes few words with other letters than its 26, and these are names ("Erdős"): a text that has more of them than
    words such as "the", and more than one, is in another language.
    """
    words = _words(text)
    language = _language(text, words)
    if language not in ("", "english"):
        return True
    marked = sum(not word.isascii() and word.isalpha() for word in words)
    return marked > max(1, sum(word in STOP for word in words))


def _words(text: str) -> list[str]:
    """Return the words in lower case without abbreviations ("IL", "CD4", "T") and joined words ("non-invasive"), of which parts are
    words of other languages by chance."""
    plain = (word for word in _WORD.findall(text[:_ENOUGH]) if "-" not in word)
    found = (word for word in plain if len(word) > 1 or not word.isascii())
    return [word.lower() for word in found if not (word.isupper() and word.isascii())]


def _by_script(text: str, words: Sequence[str]) -> str:
    """Return the language of a text that is written in a script of its own, "" for the Latin one.

    A sign of Chinese says as much as a word, and names of methods keep their Latin letters.
    """
    if text.isascii():
        return ""
    scripts: Counter[str] = Counter()
    for letter, times in Counter(filter(str.isalpha, text[:_ENOUGH])).items():
        scripts[unicodedata.name(letter, "").split(" ")[0]] += times
    signs = sum(scripts[script] for script in _SIGNS)
    latin = sum(word.isascii() and not word.isdigit() for word in words)
    if signs > latin:
        return _SCRIPTS[max((script for script in _SIGNS if scripts[script]), key=_SIGNS.index)]
    most = max(_SCRIPTS, key=lambda script: scripts[script])
    return _SCRIPTS[most] if 3 * scripts[most] > scripts.total() else ""


@lru_cache(20_000)
def _without_meaning(word: str) -> tuple[str, ...]:
    """Return the languages in which a word has no meaning of its own."""
    return tuple(language for language in _LANGUAGES if not _content_words(language).analyze(word))


@cache
def _content_words(language: str) -> tantivy.TextAnalyzer:
    """Return an analyzer that leaves out the function words of a language."""
    filter_ = tantivy.Filter.stopword(language)
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(filter_).build()
