"""Commands that change or list the papers of a library."""

from __future__ import annotations

import csv
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.filters import filtered
from assistant.cli.options import Options, library_of, library_to_read, print_json, refuse_sample
from assistant.core.text.counts import count_of
from assistant.export.formats import REFERENCES, ReferenceFormat
from assistant.library.readers.formats import NAMES
from assistant.library.sources.services.registry import SERVICES

if TYPE_CHECKING:
    from assistant.library.identity.tally import AddReport
    from assistant.library.identity.where import Where

app = typer.Typer()


AbstractsOnly = Annotated[
    bool, typer.Option("--abstracts-only", help="Leave out records without an abstract.")
]
Columns = Annotated[
    str,
    typer.Option(metavar="FIELD=COLUMN,...", help="Columns of tables that have names of their own."),
]


@app.command(
    "add",
    help=f"Add papers from files and folders: {NAMES}; also compressed (gzip, bzip2, xz, Zstandard). Or from services: {', '.join(one.examples[0] for one in SERVICES)} (see `assistant formats`).",
)
def _add(
    ctx: typer.Context,
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE")],
    abstracts_only: AbstractsOnly = False,
    columns: Columns = "",
) -> None:
    from assistant.cli.progress import ProgressBar
    from assistant.library.readers.tables.columns import named

    options: Options = ctx.obj
    refuse_sample(options)
    with library_of(options) as library, ProgressBar(sys.stderr, "adding", "papers") as bar:
        report = library.add(
            *sources,
            progress=lambda step: bar.show(step.read, step.total),
            abstracts_only=abstracts_only,
            columns=named(columns),
        )
    papers = {*report.added, *report.changed, *report.unchanged, *(d.paper_id for d in report.duplicates)}
    _print_report(report, f"{count_of(len(papers), 'paper')}: ", as_json=options.json)
    # What was named on the command line and could not be read at all is an error, also where others were added.
    asked = {*sources, *(str(Path(source).resolve()) for source in sources)}
    unread = any(p.field == "file" and not p.line and p.file in asked for p in report.problems)
    if not papers or unread:
        raise typer.Exit(1)


@app.command("sync")
def _sync(
    ctx: typer.Context,
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE")],
    apply: Annotated[bool, typer.Option("--apply", help="Do it, not only show it.")] = False,
    abstracts_only: AbstractsOnly = False,
    columns: Columns = "",
    allow_gone: Annotated[
        bool, typer.Option("--allow-gone", help="Let the papers of a source go that is not there any more.")
    ] = False,
) -> None:
    """Make the library equal to files, folders and services; show first what would change."""
    from assistant.library.readers.tables.columns import named

    refuse_sample(ctx.obj)
    with library_of(ctx.obj) as library:
        report = library.sync(
            *sources,
            apply=apply,
            abstracts_only=abstracts_only,
            columns=named(columns),
            allow_gone=allow_gone,
        )
        gone = [] if apply else library.papers(report.removed)
    if not ctx.obj.json and not apply:
        new = set(report.added)
        for change in report.changes:
            print(f"{'+' if change.paper_id in new else '~'} {change}")
        for paper in gone:
            print(f"- {paper.title} ({paper.id})")
    head = "" if apply else "Nothing has been written; --apply would do this: "
    _print_report(report, head, as_json=ctx.obj.json)


def _print_report(report: AddReport, head: str, *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(report))
        return
    from assistant.cli.text import problem_lines

    print(f"{head}{report}")
    for remark in (*report.duplicates, *problem_lines(report.problems)):
        print(f"  {remark}", file=sys.stderr)


@app.command("retractions")
def _retractions(ctx: typer.Context, file: Annotated[str, typer.Argument(metavar="FILE")]) -> None:
    """Flag papers that were retracted, by the table of Retraction Watch (CSV)."""
    from assistant.cli.text import flagged

    refuse_sample(ctx.obj)
    with library_of(ctx.obj) as library:
        papers = library.retractions(file)
    if ctx.obj.json:
        print_json([paper.to_json() for paper in papers])
    else:
        print("".join(f"{paper.id}\t{paper.title}{flagged(paper)}\n" for paper in papers), end="")
        print(f"{count_of(len(papers), 'paper')} of the library {'is' if len(papers) == 1 else 'are'} in it.")


@app.command("doctor")
def _doctor(
    ctx: typer.Context,
    repair: Annotated[bool, typer.Option("--repair", help="Repair what is wrong.")] = False,
) -> None:
    """Examine every part of the library."""
    with library_of(ctx.obj) as library:
        found = library.doctor(repair=repair)
        left = library.doctor() if repair else found
    if ctx.obj.json:
        print_json({"found": [asdict(one) for one in found], "left": [asdict(one) for one in left]})
    else:
        print("\n".join(map(str, found)) or "No faults found.")
        if found and not left:
            print("All faults are repaired.")
    if left:
        raise typer.Exit(1)


@app.command("backup")
def _backup(ctx: typer.Context, file: Annotated[str, typer.Argument(metavar="FILE")]) -> None:
    """Write the library into one file."""
    with library_of(ctx.obj) as library:
        library.back_up(file)
        print(f"{count_of(len(library), 'paper')} in {file}.")


@app.command("restore")
def _restore(ctx: typer.Context, file: Annotated[str, typer.Argument(metavar="FILE")]) -> None:
    """Make a library of a backup, in a folder that holds none."""
    refuse_sample(ctx.obj)
    with library_of(ctx.obj) as library:
        library.restore(file)
        print(f"{count_of(len(library), 'paper')} in {library.name}.")


@app.command("problems")
def _problems(
    ctx: typer.Context,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a table in CSV.")] = False,
) -> None:
    """Show what was refused or left out of the files that were added, and why."""
    with library_to_read(ctx.obj) as library:
        found = library.problems()
    if ctx.obj.json:
        print_json([asdict(problem) for problem in found])
    elif as_csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(("file", "line", "field", "message"))
        # A cell that begins with one of these is a formula to a spreadsheet.
        cells = ([problem.file, problem.line, problem.field, problem.message] for problem in found)
        writer.writerows(
            [f"'{c}" if str(c).startswith(("=", "+", "-", "@")) else c for c in row] for row in cells
        )
    else:
        from assistant.cli.text import problem_lines

        print("\n".join(problem_lines(found)) or "No problems.")


@app.command("tag")
def _tag(
    ctx: typer.Context,
    collection: Annotated[str, typer.Argument(metavar="COLLECTION")] = "",
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID", help="Ids or citation keys of papers.")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take the papers out of it.")] = False,
) -> None:
    """Put papers into a collection; without papers, list the collections, or the papers of one."""
    from assistant.library.identity.where import Where

    if not ids:
        with library_to_read(ctx.obj) as library:
            counts = library.collections()
            held = [p.id for p in library.papers(where=Where(collection=collection))] if collection else []
        if ctx.obj.json:
            print_json(held if collection else counts)
        else:
            listed = held if collection else [f"{name}\t{count}" for name, count in counts.items()]
            print("\n".join(listed) or "No collections.")
        return
    refuse_sample(ctx.obj)
    with library_of(ctx.obj) as library:
        # Raises for a collection that is not there.
        before = {p.id for p in library.papers(where=Where(collection=collection))} if remove else set()
        papers = [one for one in library.tag(collection, ids, remove=remove) if not remove or one in before]
    if ctx.obj.json:
        print_json({"collection": collection, "removed" if remove else "added": papers})
    else:
        print(
            f"{'Took' if remove else 'Put'} {count_of(len(papers), 'paper')} {'out of' if remove else 'into'} {collection}."
        )


@app.command("list")
@filtered
def _list(
    ctx: typer.Context,
    *,
    where: Where | None,
) -> None:
    """List the papers of the library."""
    from assistant.cli.text import flagged

    with library_to_read(ctx.obj) as library:
        papers = library.papers(where=where)
    if ctx.obj.json:
        print_json([paper.to_json() for paper in papers])
    else:
        for paper in papers:
            print(f"{paper.id}\t{paper.title}{flagged(paper)}")
        if not papers:
            # Not among what another program reads.
            none = f"No paper passes the filter ({where})." if where else "The library has no papers."
            print(f"assistant: {none}", file=sys.stderr)


@app.command("export")
@filtered
def _export(
    ctx: typer.Context,
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="Ids or citation keys of papers; default: all of the library."),
    ] = None,
    form: Annotated[ReferenceFormat, typer.Option("--format", help="Format of the references.")] = "bibtex",
    *,
    where: Where | None,
) -> None:
    """Print papers as references for other programs."""
    with library_to_read(ctx.obj) as library:
        papers = library.papers(library.named(ids) if ids else None, where=where)
    # Each format has its own line ends.
    sys.stdout.write(REFERENCES[form].write(papers))


@app.command("remove")
def _remove(
    ctx: typer.Context,
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="Ids or citation keys of papers.")],
) -> None:
    """Remove papers."""
    refuse_sample(ctx.obj)
    with library_of(ctx.obj) as library:
        papers = library.named(ids)
        for paper_id in papers:
            library.remove(paper_id)
    if ctx.obj.json:
        print_json({"removed": papers})
    else:
        print(f"Removed {', '.join(papers)}.")
