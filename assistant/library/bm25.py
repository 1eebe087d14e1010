"""BM25 word search, with English stems; derived from the store. The only door to tantivy."""

from __future__ import annotations

import logging
import math
import re
import shutil
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import tantivy

from assistant.core.paper import Paper, normal_title
from assistant.core.text.tokens import STOP

_WRITER_BYTES = 50_000_000
_WORD = re.compile(r"\w+")

log = logging.getLogger(__name__)


class LexicalWriter:
    """Changes to a lexical index, held back until `commit`."""

    def __init__(self, index: tantivy.Index, writer: tantivy.IndexWriter) -> None:
        self._index = index
        self._writer = writer

    def put(self, papers: Iterable[Paper]) -> None:
        """Index papers, replacing those of the same id."""
        for paper in papers:
            self._writer.delete_documents_by_term("id", paper.id)
            text = f"{paper.title}\n{paper.abstract}"
            title = normal_title(paper.title)
            self._writer.add_document(tantivy.Document(id=paper.id, title=title, text=text))

    def remove(self, paper_ids: Iterable[str]) -> None:
        """Remove papers by id."""
        for paper_id in paper_ids:
            self._writer.delete_documents_by_term("id", paper_id)

    def commit(self) -> None:
        """Make the changes lasting, and found."""
        self._writer.commit()
        self._index.reload()


class Lexical:
    """An open lexical index. It can be deleted and built again from the papers at any time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._index = _open(folder)

    @property
    def count(self) -> int:
        """Return the number of indexed papers."""
        return int(self._index.searcher().num_docs)

    @contextmanager
    def writing(self) -> Iterator[LexicalWriter]:
        """Open the writer for any number of changes. Only what it has committed is found."""
        writer = self._index.writer(_WRITER_BYTES, 1)
        # A write that was killed left files behind, which tantivy would refuse to write again.
        writer.garbage_collect_files()
        try:
            yield LexicalWriter(self._index, writer)
        finally:
            writer.wait_merging_threads()
            self._index.reload()

    def rebuild(self, papers: Iterable[Paper]) -> None:
        """Delete the index and build it again."""
        del self._index
        shutil.rmtree(self._folder, ignore_errors=True)
        self._index = _open(self._folder)
        with self.writing() as writer:
            writer.put(papers)
            writer.commit()

    def reload(self) -> None:
        """Load what another process has written."""
        self._index.reload()

    def search(self, text: str, n: int, among: Sequence[str] | None = None) -> dict[str, float]:
        """Return the n best papers (of those `among`) for the words of `text`: BM25 score (> 0, no upper bound) by id."""
        words = _plain(text)
        if not words:
            return {}
        searcher = self._index.searcher()
        query = self._index.parse_query(words, ["text"])
        if among is not None:
            # A paper must be one of these; that adds nothing to its score.
            named = tantivy.Query.term_set_query(self._index.schema, "id", list(among))
            must = tantivy.Occur.Must
            query = tantivy.Query.boolean_query(
                [(must, query), (must, tantivy.Query.const_score_query(named, 0.0))]
            )
        hits = searcher.search(query, n).hits
        return {str(searcher.doc(address)["id"][0]): float(score) for score, address in hits}

    def titled(self, text: str) -> list[str]:
        """Return the ids of papers whose whole title is `text`, ignoring case, accents and punctuation."""
        wanted = normal_title(text)
        if not wanted:
            return []
        searcher = self._index.searcher()
        query = tantivy.Query.term_query(self._index.schema, "title", wanted)
        return [str(searcher.doc(address)["id"][0]) for _, address in searcher.search(query, 10).hits]

    def frequency(self, word: str) -> int:
        """Return in how many papers' titles or abstracts a stemmed word stands."""
        return int(self._index.searcher().doc_freq("text", word))

    def holds(self, word: str) -> bool:
        """Return whether a stemmed word stands in any title or abstract."""
        return self.frequency(word) > 0

    def beginning(self, word: str) -> list[str]:
        """Return the ids of the papers in whose title or abstract a word stands that begins so, or is the same by its stem."""
        schema, searcher = self._index.schema, self._index.searcher()
        begun = tantivy.Query.regex_query(schema, "text", f"{re.escape(word)}.*")
        either = [(tantivy.Occur.Should, begun)]
        if stems := [stem for stem in _stemmed().analyze(word) if stem]:
            either.append((tantivy.Occur.Should, tantivy.Query.term_query(schema, "text", stems[0])))
        hits = searcher.search(tantivy.Query.boolean_query(either), max(1, self.count), count=False).hits
        return [str(searcher.doc(address)["id"][0]) for _, address in hits]

    def nearly(self, word: str, n: int = 5) -> list[str]:
        """Return the ids of at most n papers with a stemmed word that is one letter, or one exchange of two, off."""
        searcher = self._index.searcher()
        query = tantivy.Query.fuzzy_term_query(self._index.schema, "text", word)
        return [str(searcher.doc(address)["id"][0]) for _, address in searcher.search(query, n).hits]

    def weight(self, word: str) -> float:
        """Return the weight of a stemmed word in this library: its BM25 idf (> 0), higher for rare words.

        A word in no paper weighs as much as a word in one paper.
        """
        searcher = self._index.searcher()
        df = max(1, int(searcher.doc_freq("text", word)))
        return math.log(1 + (int(searcher.num_docs) - df + 0.5) / (df + 0.5))


def _open(folder: Path) -> tantivy.Index:
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("id", stored=True, tokenizer_name="raw")
    schema.add_text_field("title", tokenizer_name="raw")
    schema.add_text_field("text", tokenizer_name="en_stem")
    shape = schema.build()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return tantivy.Index(shape, str(folder), reuse=True)
    except (ValueError, OSError) as exc:
        # Damaged, or of an older shape: it derives from the store, which fills it again.
        log.warning("making the lexical index %s anew: %s", folder, exc)
        shutil.rmtree(folder)
        folder.mkdir(parents=True)
        return tantivy.Index(shape, str(folder))


def _plain(text: str) -> str:
    # Lower case and no punctuation: nothing is left that the query language could take for an operator.
    return " ".join(_WORD.findall(text.lower()))


# The languages whose words without meaning of their own ("the", "und") tantivy lists; English wins a tie.
_LANGUAGES = (
    *(
        "english",
        "german",
        "french",
        "spanish",
        "portuguese",
        "italian",
        "dutch",
        "danish",
        "swedish",
        "norwegian",
    ),
    *("finnish", "hungarian", "russian"),
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


def language_of(text: str, *, sure: bool = False) -> str:
    """Return the language of a text by its letters and function words: "english", "german", ...; "" if it has none, and if
    it must be `sure` where two are as likely."""
    scripts = Counter(unicodedata.name(ch, "").split(" ")[0] for ch in text[:2000] if ch.isalpha())
    for script, language in _SCRIPTS.items():
        # A sign of Chinese says as much as a word; names of methods keep their Latin letters.
        if 3 * scripts[script] > scripts.total():
            return language
    words = _WORD.findall(text.lower())
    counts = {
        language: len(words) - len(_content_words(language).analyze(" ".join(words)))
        for language in _LANGUAGES
    }
    # Of English, tantivy lists few, and none that asks ("how", "does").
    counts["english"] = sum(word in STOP for word in words)
    best = max(_LANGUAGES, key=lambda language: counts[language])
    tied = sure and list(counts.values()).count(counts[best]) > 1
    return best if counts[best] and not tied else ""


def meaningful(text: str, language: str) -> frozenset[str]:
    """Return the words of a text, in lower case, that are no function words of a language; all of them if it has no list."""
    if language not in _LANGUAGES:
        return frozenset(_WORD.findall(text.lower()))
    return frozenset(_content_words(language).analyze(text.lower()))


@cache
def _stemmed() -> tantivy.TextAnalyzer:
    """Return an analyzer that gives a word as the index holds it."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    return builder.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.stemmer("english")).build()


@cache
def _content_words(language: str) -> tantivy.TextAnalyzer:
    """Return an analyzer that leaves out the function words of a language."""
    filter_ = tantivy.Filter.stopword(language)
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(filter_).build()
