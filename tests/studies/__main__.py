"""`python -m tests.studies`: measure and fit parts of this assistant, for those who develop it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from assistant import Assistant, Settings
from assistant.cli import entry

HeldOut = Annotated[bool, typer.Option("--held-out", help="use the cases kept for published figures")]
Keep = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="keep the libraries made for it in DIR", show_default=False),
]
Judge = Annotated[
    str,
    typer.Option(
        metavar="MODEL", help='also with verdicts of this model, or of "scripted"', show_default=False
    ),
]


def retrieval(held_out: HeldOut = False, keep: Keep = None) -> int:
    """Measure retrieval: nDCG on SciFact."""
    from tests.studies import retrieval

    with _folder(keep) as folder:
        print(retrieval.render(retrieval.run(_half(held_out), folder)))
    return 0


def claims(held_out: HeldOut = False, keep: Keep = None) -> int:
    """Measure verdicts on the claims of SciFact and HealthVer."""
    from tests.studies.verdicts import claims

    with _folder(keep) as folder:
        for study in (claims.scifact, claims.healthver):
            print(claims.render(study(_half(held_out), folder)))
    return 0


def corruptions(held_out: HeldOut = False, keep: Keep = None) -> int:
    """Measure which statements that were changed on purpose are noticed."""
    from tests.studies.verdicts import corruptions

    with _folder(keep) as folder:
        print(corruptions.render(corruptions.run(_half(held_out), folder), _half(held_out)))
    return 0


def statements(held_out: HeldOut = False, judge: Judge = "") -> int:
    """Measure verdicts on hand-written statements."""
    from tests.studies.verdicts import statements

    print(statements.report(_half(held_out), judge))
    return 0


def alarms(held_out: HeldOut = False) -> int:
    """Measure false alarms on true sentences as models write them, and misses, under an honest and a fooled judge."""
    from tests.studies.verdicts import alarms

    print(alarms.render(_half(held_out)))
    return 0


def paraphrases(held_out: HeldOut = False, judge: Judge = "") -> int:
    """Measure how verifiers tell faithful paraphrases from near-miss inventions: the rules, and a judge."""
    from tests.studies.verdicts import paraphrases

    print(paraphrases.report(_half(held_out), judge))
    return 0


def follow_ups(held_out: HeldOut = False) -> int:
    """Measure questions with "it" in place of a name."""
    from tests.studies.answers import follow_ups

    with Assistant.sample(settings=Settings()) as library:
        print(follow_ups.render(follow_ups.run(library, held_out=held_out)))
    return 0


def lead(held_out: HeldOut = False, keep: Keep = None) -> int:
    """Measure whether answers without a model begin with the sentence that answers."""
    from tests.studies.answers import lead

    with _folder(keep) as folder:
        for title, outcomes in lead.run(_half(held_out), folder):
            print(lead.render(title, outcomes), flush=True)
    return 0


def roles(held_out: HeldOut = False) -> int:
    """Measure roles of sentences in whole and in short abstracts."""
    from tests.studies.selection import role_accuracy

    for line in role_accuracy.measure(_half(held_out)):
        print(line, flush=True)
    return 0


def fit(keep: Keep = None) -> int:
    """Fit the weights of the assistant again."""
    from tests.studies import fit as weights
    from tests.studies import sources
    from tests.studies.answers import languages
    from tests.studies.selection import fitting, roles

    with _folder(keep) as folder:
        print(weights.calibrate(folder)["thresholds"])
        if all(map(sources.shared, ("scifact", "pubmedqa", "sentence_roles"))):
            roles.fit()
            roles.fit_lead_roles()
            fitting.fit(folder)
        languages.fit()
    return 0


def selection(keep: Keep = None) -> int:
    """Train answer sentence selection again, and fit what stands beside it. Needs torch, onnx, the shared data and an hour."""
    from tests.studies.selection import fitting, training

    training.learn()
    with _folder(keep) as folder:
        fitting.fit(folder)
    return 0


def bench(keep: Keep = None) -> int:
    """Measure speed, as ratios of times taken in the same run."""
    from tests.studies import bench

    with _folder(keep) as folder:
        for measure in (bench.warm, bench.checking, bench.cold, lambda: bench.adding(folder)):
            print(measure(), flush=True)
    return 0


def scale(
    papers: int = 20_000,
    embedder: Annotated[str, typer.Option(metavar="NAME", help="free (costs nothing) or minilm")] = "free",
    beside: Annotated[bool, typer.Option(help="measure plain LlamaIndex over Chroma, too")] = True,
    server: Annotated[bool, typer.Option(help="measure a library on a Chroma server, too")] = False,
    keep: Keep = None,
) -> int:
    """Measure a large library: adding, searching, browsing, memory, disk, beside plain LlamaIndex over Chroma."""
    from tests.studies import scale

    with _folder(keep) as folder:
        print(scale.measure(folder, papers, embedder, beside, server))
    return 0


def written(questions: int = 40) -> int:
    """Measure tokens and the program's own time of answers that a model writes, beside quotes."""
    from tests.studies.answers import written

    print(written.measure(questions).render())
    return 0


def orders(keep: Keep = None) -> int:
    """Measure what orders hidden in abstracts come to, with a writer and a judge that obey them."""
    from tests.studies.answers import orders

    with _folder(keep) as folder:
        print(orders.render(folder))
    return 0


COMMANDS: dict[str, Callable[..., int]] = {
    "retrieval": retrieval,
    "claims": claims,
    "corruptions": corruptions,
    "statements": statements,
    "alarms": alarms,
    "paraphrases": paraphrases,
    "follow-ups": follow_ups,
    "lead": lead,
    "roles": roles,
    "fit": fit,
    "selection": selection,
    "bench": bench,
    "scale": scale,
    "written": written,
    "orders": orders,
}


def _half(held_out: bool) -> str:
    return "report" if held_out else "fit"


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as scratch:
        yield keep or Path(scratch)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a study and return its exit code."""
    app = entry.command_line("python -m tests.studies", "Measure and fit parts of the assistant.")
    for name, command in COMMANDS.items():
        app.command(name)(command)
    return entry.run(app, arguments)


if __name__ == "__main__":
    sys.exit(main())
