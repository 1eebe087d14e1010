"""Class PaperLibrary: add, list and remove papers; `Assistant` adds the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from assistant.core.citation_keys import unique_keys
from assistant.core.errors import QuestionError, SourceError
from assistant.core.paper import Paper, own_keys
from assistant.core.text.counts import count_of
from assistant.core.text.sanitize import storable
from assistant.generation.components import Components
from assistant.library.identity import retractions
from assistant.library.identity.tally import AddReport
from assistant.library.identity.where import Where
from assistant.library.maintenance.backup import back_up
from assistant.library.maintenance.examine import Finding, examine, mend
from assistant.library.opened import OpenedLibrary
from assistant.library.readers import Problem
from assistant.library.readers.tables.columns import checked
from assistant.library.records import Records
from assistant.library.sources.intake import Source, counted, files_in, parted, records
from assistant.library.sources.services.http import ServiceClient
from assistant.library.sources.services.registry import named
from assistant.library.sync import LibraryFiles, Progress, Sync, diff
from assistant.retrieval.retriever import Scope

_LONGEST_NAME = 200


class PaperLibrary:
    """The papers of a library. `path` is its folder, or of one on a server the folder of what this machine derives from it."""

    path: Path
    _library: OpenedLibrary
    _parts: Components
    _service_client: ServiceClient

    @property
    def name(self) -> str:
        """The folder or the address of the library."""
        return self._library.name

    @property
    def exists(self) -> bool:
        """Whether the library has been made."""
        return self._library.exists()

    @property
    def changed(self) -> datetime | None:
        """When papers were last added, changed or removed, as far as this machine knows."""
        return self._library.changed

    def __len__(self) -> int:
        """Return the number of papers."""
        return len(self._library.files().records) if self.exists else 0

    def __bool__(self) -> bool:
        # An empty library is a library.
        return True

    def add(
        self,
        *sources: Source,
        progress: Callable[[Progress], None] | None = None,
        origin: str = "",
        abstracts_only: bool = False,
        columns: Mapping[str, str] | None = None,
    ) -> AddReport:
        """Add papers from files (of `library.readers.formats.EVERY`; also compressed), from all files in folders, from services
        that are named (`arxiv:1706.03762`; `library.sources.services.registry.SERVICES`), or as `Paper` values.

        A record of a paper that the library has (by its identifiers, else title, first author and year) is merged with it:
        what was added or changed last counts, field by field. A changed record replaces what its source said before; an
        unchanged one costs nothing; one without an abstract is found and listed but never quoted (with `abstracts_only` it is
        a problem); one that cannot be a paper becomes a problem of the report. `progress` is called after every batch of 64.
        `origin` replaces the source of the papers if the files' paths mean nothing (uploads). `columns` says what the columns of
        tables are, by the names of fields: {"title": "TI", "abstract": "AB"}. If interrupted, what is finished
        stays, and the next `add` continues. Raises `SourceError` for a file or a service that cannot be read, or a `LibraryError`.
        """
        read: Iterable[Paper | Problem] = records(
            sources,
            self._service_client,
            origin,
            abstracts_only=abstracts_only,
            columns=checked(columns or {}),
        )
        total = None
        # What comes from a service is stored as it comes.
        if progress and all(isinstance(source, str | Path) and not named(source) for source in sources):
            read, total = counted(iter(read))
        with self._library.for_writing(wait=True) as files:
            report = self._writer(files).add(read, progress or (lambda _: None), total)
            self._parts.calibrate(files)
            return report

    def sync(
        self,
        *sources: str | Path,
        apply: bool = False,
        origin: str = "",
        progress: Callable[[Progress], None] | None = None,
        abstracts_only: bool = False,
        columns: Mapping[str, str] | None = None,
        allow_gone: bool = False,
    ) -> AddReport:
        """Make the library equal to files, all files in folders, and what is named at services: return what is new, changed,
        removed and wrong.

        Nothing is written unless `apply`. Records that these sources do not hold any more go, as do those of files that are no more
        in the folders; papers of other sources stay. A source that cannot be read is a problem, and its papers stay. `origin` is
        the name by which the library knows the files, as in `add` (uploads). A file or folder that papers came from and that is
        gone, or a folder without files now, may be a disk that is not connected: its papers go with `allow_gone` only. Raises
        `SourceError` for that, and for a path that never was, or a `LibraryError`.
        """
        roots, services = parted(sources)
        # As the library has them: the name of a file may hold what cannot be stored.
        folders = [Path(storable(str(root))) for root in roots]

        def within(source: str) -> bool:
            if origin:
                return source == origin
            return source in services or any(
                Path(source) == root or root in Path(source).parents for root in folders
            )

        known = self._library.files().records.ledger.sources() if self.exists else {}
        for root, folder in zip(roots, folders, strict=True):
            if not files_in(root):
                _check_gone(root, _records_from(folder, known), allowed=allow_gone)
        files = [file for root in roots for file in files_in(root)]
        read = records(
            [*files, *services],
            self._service_client,
            origin,
            abstracts_only=abstracts_only,
            columns=checked(columns or {}),
            tolerant=True,
        )
        if not apply:
            stored = self._library.files().records if self.exists else Records(None)
            return diff(stored, read, within)
        with self._library.for_writing(wait=True) as opened:
            report = self._writer(opened).add(read, progress or (lambda _: None), None, only=within)
            self._parts.calibrate(opened)
            return report

    def remove(self, paper_id: str) -> None:
        """Remove a paper, named by its id or a citation key. Raises `PaperNotFound`, `QuestionError` for a key of several papers, or
        `LibraryLocked` while papers are added."""
        self._library.files()
        (paper_id,) = self.named([paper_id])
        with self._library.for_writing(wait=False) as files:
            self._library.get([paper_id])
            self._writer(files).remove(paper_id)

    def papers(self, ids: Sequence[str] | None = None, *, where: Where | None = None) -> list[Paper]:
        """Return all papers in the order in which they were first added, or those of these ids, in the ids' order.

        Ids that the library does not hold are left out, and papers that do not pass `where`. Raises `QuestionError` for a
        collection that does not exist.
        """
        if not self.exists:
            return []
        records = self._library.files().records
        chosen = self._chosen(where) if where else None
        if ids is None:
            return [paper for paper in records.papers if chosen is None or paper.id in chosen]
        wanted = [i for i in dict.fromkeys(ids) if chosen is None or i in chosen]
        return list(records.get(wanted).values())

    def passing(self, where: Where) -> frozenset[str]:
        """Return the ids of the papers that pass a filter."""
        return self._library.files().records.ledger.chosen(where) if self.exists else frozenset()

    def paper(self, paper_id: str) -> Paper:
        """Return one paper. Raises `PaperNotFound`."""
        return self._library.get([paper_id])[paper_id]

    def sources(self, paper_id: str = "") -> tuple[str, ...]:
        """Return where the records of a paper come from, or those of all papers, in the order in which they were added.

        Raises `PaperNotFound`.
        """
        if not paper_id:
            return tuple(self._library.files().records.ledger.sources()) if self.exists else ()
        self.paper(paper_id)
        origins = self._library.files().records.ledger.origins(paper_id)
        return tuple(dict.fromkeys(origin.source for origin in origins))

    def versions(self, paper_id: str) -> tuple[str, ...]:
        """Return the ids of the other versions of a paper: its preprint, or what was published of it."""
        self.paper(paper_id)
        return tuple(self._library.files().records.ledger.marks_of("version", paper_id))

    def problems(self) -> list[Problem]:
        """Return what was refused or left out of the records of each source, as it was read last."""
        return self._library.files().records.ledger.problems() if self.exists else []

    def collections(self) -> dict[str, int]:
        """Return the number of papers in each collection."""
        if not self.exists:
            return {}
        marked = self._library.files().records.ledger.marked("collection")
        return {name: len(papers) for name, papers in marked.items()}

    def named(self, names: Iterable[str]) -> list[str]:
        """Return the ids of papers that are named by their ids, by other identifiers (DOI, arXiv, PubMed), by the citation keys of
        their files, or by those of exports.

        Raises `PaperNotFound`, or `QuestionError` for a key that several papers have.
        """
        wanted = list(dict.fromkeys(names))
        if not self.exists:
            return list(self._library.get(wanted))
        held = self._library.files().records.get(wanted)
        keys: dict[str, dict[str, None]] = {}
        if len(held) < len(wanted):
            every = self.papers()
            for paper, key in zip(every, unique_keys(every), strict=True):
                for one in (key, *own_keys(paper)):
                    keys.setdefault(one.lower(), {})[paper.id] = None
        found: dict[str, None] = {}
        for name in wanted:
            papers = [name] if name in held else list(keys.get(name.lower().removeprefix("@"), ()))
            papers = papers or list(self._library.files().records.ledger.chosen(Where(ids=(name,))))
            if len(papers) > 1:
                raise QuestionError(
                    f"{name!r} is the key of several papers: name one by its id, {', '.join(sorted(papers))}."
                )
            found |= dict.fromkeys(papers or self._library.get([name]))
        return list(found)

    def tag(self, collection: str, ids: Iterable[str], *, remove: bool = False) -> list[str]:
        """Put papers, named by ids or citation keys, into a collection, or take them out; return their ids.

        Raises `PaperNotFound`, `QuestionError` for no name and for a key that several papers have.
        """
        name = " ".join(storable(collection).split())
        if not 0 < len(name) <= _LONGEST_NAME:
            raise QuestionError(f"A collection needs a name of at most {_LONGEST_NAME} characters.")
        wanted = self.named(ids)
        with self._library.for_writing(wait=False) as files:
            files.records.ledger.mark("collection", [(name, i) for i in wanted], remove=remove)
        return wanted

    def retractions(self, file: str | Path) -> list[Paper]:
        """Note which papers were retracted, corrected or are of concern, by the table of Retraction Watch (CSV); return them.

        Papers are found by DOI and PubMed id. What an older table said of a paper and this one does not, is said no more.
        Raises `SourceError` for another file, or a `LibraryError`.
        """
        notices = retractions.read(Path(file))
        self._library.files()
        with self._library.for_writing(wait=False) as files:
            found = self._writer(files).note_retractions(notices)
        return self.papers(found)

    def doctor(self, *, repair: bool = False) -> list[Finding]:
        """Return what is wrong with any part of the library; `repair` mends it. Raises `LibraryCorrupt` for a file beyond that."""
        if not repair:
            return list(examine(self._library.files()))
        self._library.files()
        with self._library.for_mending() as (files, found):
            return [*found, *mend(files, self._writer(files))]

    def back_up(self, file: str | Path) -> None:
        """Write the library into one file, while it is in use. Raises a `LibraryError`."""
        back_up(self._library.files(), self._library.embedder, Path(file))

    def restore(self, file: str | Path) -> None:
        """Make this library, which has no papers yet, of a backup. Raises `SourceError` or a `LibraryError`."""
        self._library.restore(Path(file))

    def close(self) -> None:
        """Release the files. The library can be used again; its files are opened when next needed."""
        self._library.close()
        self._parts.close()

    def _writer(self, files: LibraryFiles) -> Sync:
        """Return what writes to the open files. The caller holds the write lock."""
        return Sync(files, self._parts.embedder, self._parts.encoder.model)

    def _chosen(self, where: Where) -> frozenset[str]:
        """Return the ids of the papers that pass a filter. Raises `QuestionError` for a collection that does not exist."""
        chosen = self.passing(where)
        wanted = where.collection.strip()
        known = self.collections() if wanted and not chosen else {}
        if wanted and not chosen and wanted.casefold() not in map(str.casefold, known):
            raise QuestionError(
                f"There is no collection {wanted!r}: `assistant tag` lists those that there are."
            )
        return chosen

    def _scope(
        self, papers: Sequence[str] | None, without: Sequence[str], where: Where | None, *, needed: bool
    ) -> Scope:
        """Return the scope of these papers that pass `where`. If `needed`, raises `QuestionError` where none does."""
        scope = Scope.of(papers, without)
        if not where or not self.exists:
            return scope
        scope = scope.within(self._chosen(where))
        if needed and not scope.ids:
            raise QuestionError(
                f"No paper of this library passes the filter ({where}): leave a part of it out."
            )
        return scope


def _records_from(folder: Path, known: Mapping[str, int]) -> int:
    """Return how many of the `known` records (by source) come from a file, or from the files below a folder."""
    return sum(count for source, count in known.items() if folder in (Path(source), *Path(source).parents))


def _check_gone(root: Path, came: int, *, allowed: bool) -> None:
    """Raise `SourceError` for a path without files, unless so many records `came` from it before and it is `allowed` to be gone."""
    if not came and not root.exists():
        raise SourceError(f"{root} is not there: check the path.")
    if came and not allowed:
        state = "has no files any more" if root.exists() else "is not there any more"
        raise SourceError(
            f"{root} {state}, and {count_of(came, 'record')} of the library came from it: connect its disk or correct the path, or "
            "let its papers go with --allow-gone (allow_gone=True in Python)."
        )
