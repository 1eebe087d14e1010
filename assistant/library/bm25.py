"""BM25 word search, with English stems; derived from the records. The only door to tantivy."""

from __future__ import annotations

import logging
import math
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from functools import cache
from pathlib import Path

import tantivy
from llama_index.core.utils import iter_batch

from assistant.core.errors import LibraryError
from assistant.core.paper import Paper, normal_title
from assistant.core.text.sanitize import folded
from assistant.core.text.tokens import unscripted
from assistant.library.maintenance.word_index_files import damaged_file, try_to_write

_WRITER_BYTES = 50_000_000
_PART = 1000
_NEARLY = 5
_LONGEST = 100
"""Characters. A pattern of a longer word can be too large for tantivy, and no two words of a library begin with so many."""
# Larger ones would delay the opening; `assistant doctor` looks at them.
_LARGEST_CHECKED = 64 << 20
_WORD = re.compile(r"\w+")

log = logging.getLogger(__name__)


class LexicalWriter:
    """Changes to a lexical index, held back until `commit`.

    Where the index cannot be changed, whatever the reason, it is made again from the papers, and the change goes on in that.
    Raises `LibraryError` where nothing can be written to the disk.
    """

    def __init__(self, lexical: Lexical) -> None:
        self._lexical = lexical
        self._writer: tantivy.IndexWriter | None = None

    def put(self, papers: Iterable[Paper]) -> None:
        """Index papers, replacing those of the same id."""
        given = list(papers)
        self._mending(lambda: self._lexical.put(self._opened(), given))

    def remove(self, paper_ids: Iterable[str]) -> None:
        """Remove papers by id."""
        for paper_id in paper_ids:
            self._mending(lambda i=paper_id: self._opened().delete_documents_by_term("id", i))  # type: ignore[misc]

    def commit(self) -> None:
        """Make the changes lasting, and found."""
        self._mending(self._commit)

    def close(self) -> None:
        """Give up what was not committed, and let another writer begin."""
        self._mending(self._close)

    def _opened(self) -> tantivy.IndexWriter:
        if self._writer is None:
            self._writer = self._lexical.new_writer()
        return self._writer

    def _commit(self) -> None:
        self._opened().commit()
        self._lexical.reload()

    def _close(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.wait_merging_threads()
            self._lexical.reload()

    def _mending(self, change: Callable[[], object]) -> None:
        try:
            change()
        except Exception as exc:
            self._writer = None
            self._lexical.remake(exc)
            try:
                change()
            except (OSError, ValueError) as again:
                raise self._lexical.unwritable(again) from again


class Lexical:
    """An open lexical index; `folder` None keeps it in memory.

    It can be deleted and built again from the papers at any time; `papers` returns all of them, and `stored` of some (ids) the number
    in the order of adding and the packed record. It keeps these, too: a lost file of records is made again from them.
    """

    def __init__(
        self,
        folder: Path | None,
        papers: Callable[[], Iterable[Paper]] = tuple,
        stored: Callable[[Sequence[str]], Mapping[str, tuple[int, bytes]]] = lambda ids: {},
    ) -> None:
        self._folder = folder
        self._papers = papers
        self._stored = stored
        self._index = _open(folder)
        self._counted: tuple[str, ...] | None = None

    @property
    def count(self) -> int:
        """Return the number of indexed papers."""
        if self._counted is not None:
            return len(self._counted)
        return int(self._index.searcher().num_docs)

    @property
    def damaged(self) -> str:
        """Return the name of a damaged file, or ""."""
        return damaged_file(self._folder) if self._folder else ""

    @contextmanager
    def writing(self) -> Iterator[LexicalWriter]:
        """Open the writer for any number of changes. Only what it has committed is found."""
        writer = LexicalWriter(self)
        try:
            yield writer
        finally:
            writer.close()

    def new_writer(self) -> tantivy.IndexWriter:
        """Return tantivy's writer, of which there is one at a time."""
        writer = self._index.writer(_WRITER_BYTES, 1)
        # A write that was killed left files behind, which tantivy would refuse to write again.
        writer.garbage_collect_files()
        return writer

    def put(self, writer: tantivy.IndexWriter, papers: Iterable[Paper]) -> None:
        """Hand papers to tantivy's writer, in place of those of the same id."""
        for part in iter_batch(papers, _PART):
            stored = self._stored([paper.id for paper in part])
            for paper in part:
                number, record = stored.get(paper.id) or (0, paper.packed())
                writer.delete_documents_by_term("id", paper.id)
                written = tantivy.Document(
                    id=paper.id,
                    title=normal_title(paper.title),
                    text=unscripted(f"{paper.title}\n{paper.abstract}"),
                    listed=folded(" ".join((paper.id, paper.title, *paper.authors, paper.venue))),
                    number=number,
                    record=record,
                )
                writer.add_document(written)

    def rebuild(self, papers: Iterable[Paper]) -> None:
        """Delete the index and build it again."""
        del self._index
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._index = _open(self._folder)
        writer = self.new_writer()
        self.put(writer, papers)
        writer.commit()
        writer.wait_merging_threads()
        self.reload()

    def remake(self, fault: Exception) -> None:
        """Build an index again that a fault has shown to be damaged. Raises `LibraryError` where it is the disk's fault."""
        try:
            if self._folder:
                try_to_write(self._folder)
            log.warning(
                "The word index %s cannot be changed (%s): it is made again from the records.",
                self._folder,
                fault,
            )
            self.rebuild(self._papers())
        except (OSError, ValueError) as exc:
            raise self.unwritable(exc) from exc

    def unwritable(self, fault: OSError | ValueError) -> LibraryError:
        """Return what a user is told where nothing can be written."""
        reason = fault.strerror if isinstance(fault, OSError) else fault
        return LibraryError(
            f"The word index {self._folder} cannot be written ({reason}): see that the disk has space and that you may write "
            "there, then try again. Nothing is lost."
        )

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
        searcher = self._index.searcher()
        if self._counted is None:
            return int(searcher.doc_freq("text", word))
        schema, must = self._index.schema, tantivy.Occur.Must
        both = (
            tantivy.Query.term_query(schema, "text", word),
            tantivy.Query.term_set_query(schema, "id", list(self._counted)),
        )
        query = tantivy.Query.boolean_query([(must, one) for one in both])
        return len(searcher.search(query, len(self._counted)).hits)

    def among(self, ids: Sequence[str]) -> Lexical:
        """Return the index with `count` and `frequency` of these papers only."""
        part = copy(self)
        part._counted = tuple(ids)
        return part

    def holds(self, word: str) -> bool:
        """Return whether a stemmed word stands in any title or abstract."""
        return self.frequency(word) > 0

    def holding(self, words: str) -> list[int]:
        """Return, in their order, the numbers of the papers that hold each of these words: in title, authors, venue or id, or a word of title or
        abstract begins so, or is the same by its stem."""
        must, should = tantivy.Occur.Must, tantivy.Occur.Should
        either = [[(should, self._listed(word)), (should, self._begun(word))] for word in words.split()]
        every = tantivy.Query.boolean_query([(must, tantivy.Query.boolean_query(one)) for one in either])
        # Ordered by their numbers, papers come with them, and need no scores.
        found = self._index.searcher().search(
            every, max(1, self.count), count=False, order_by_field="number", order=tantivy.Order.Asc
        )
        return [int(number) for number, _ in found.hits]

    def _listed(self, word: str) -> tantivy.Query:
        """Return the query for what a list shows of papers: a part of a word, case and accents aside."""
        pattern = f".*{re.escape(folded(word[:_LONGEST]))}.*"
        return tantivy.Query.regex_query(self._index.schema, "listed", pattern)

    def _begun(self, word: str) -> tantivy.Query:
        """Return the query for words that begin as all parts of a word do, or are the same by their stem."""
        schema, parts = self._index.schema, _WORD.findall(word.lower())
        if not parts:
            return tantivy.Query.empty_query()
        every = []
        for part in parts:
            begun = tantivy.Query.regex_query(schema, "text", f"{re.escape(part[:_LONGEST])}.*")
            same = [tantivy.Query.term_query(schema, "text", one) for one in _stemmed().analyze(part) if one]
            either = [(tantivy.Occur.Should, query) for query in (begun, *same)]
            every.append((tantivy.Occur.Must, tantivy.Query.boolean_query(either)))
        return tantivy.Query.boolean_query(every)

    def records(self, ids: Sequence[str]) -> dict[str, Paper]:
        """Return by id those of these papers that are indexed, as they were when they were indexed."""
        searcher = self._index.searcher()
        query = tantivy.Query.term_set_query(self._index.schema, "id", list(ids))
        found = [searcher.doc(address) for _, address in searcher.search(query, max(1, len(ids))).hits]
        return {str(one["id"][0]): Paper.unpacked(bytes(one["record"][0])) for one in found}

    def nearly(self, word: str, n: int = _NEARLY) -> list[str]:
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


def _open(folder: Path | None) -> tantivy.Index:
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("id", stored=True, tokenizer_name="raw")
    schema.add_text_field("title", tokenizer_name="raw")
    schema.add_text_field("text", tokenizer_name="en_stem")
    schema.add_text_field("listed", tokenizer_name="whitespace", index_option="basic")
    schema.add_integer_field("number", fast=True)
    schema.add_bytes_field("record", stored=True)
    shape = schema.build()
    if folder is None:
        return tantivy.Index(shape)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        if name := damaged_file(folder, _LARGEST_CHECKED):
            raise ValueError(f"{name} is not as it was written")
        index = tantivy.Index(shape, str(folder), reuse=True)
        # Some files are opened when a field is first looked at.
        for name in ("id", "title", "text", "listed"):
            index.searcher().doc_freq(name, "a")
        return index
    except (ValueError, OSError) as exc:
        # Damaged, or of an older shape: it derives from the records, which fill it again.
        # An older shape is no fault.
        level = logging.INFO if "schema" in str(exc).lower() else logging.WARNING
        log.log(level, "making the lexical index %s anew: %s", folder, exc)
        shutil.rmtree(folder)
        folder.mkdir(parents=True)
        return tantivy.Index(shape, str(folder))


def _plain(text: str) -> str:
    # Lower case and no punctuation: nothing is left that the query language could take for an operator.
    return " ".join(_WORD.findall(unscripted(text).lower()))


@cache
def _stemmed() -> tantivy.TextAnalyzer:
    """Return an analyzer that gives a word as the index holds it."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    return builder.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.stemmer("english")).build()
