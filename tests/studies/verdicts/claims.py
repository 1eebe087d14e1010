"""SciFact and HealthVer labels. Scores against those of experts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assistant import Assistant, Paper, Settings
from tests.studies import sources
from tests.studies.discrimination import auc
from tests.studies.fit import claim_features, claim_pairs, probabilities, scifact_library


@dataclass(frozen=True)
class ClaimsResult:
    """AUC of supported against the rest, and of on the topic against off it, for our score and for plain cosine."""

    name: str
    pairs: int
    supported: float
    supported_cosine: float
    about: float
    about_cosine: float


def scifact(half: str, folder: Path) -> ClaimsResult:
    """Check each claim against each abstract that it cites."""
    claims = sources.read_lines(sources.need_shared("scifact", f"claims_{half}.jsonl"))
    library = scifact_library(folder / half, claims)
    pairs = [pair for claim in claims for pair in claim_pairs(claim)]
    return _measure(f"SciFact claims_{half}", library, pairs, "SUPPORT", "NEI")


def healthver(half: str, folder: Path) -> ClaimsResult:
    """Check each claim against its evidence text, taken as an abstract."""
    rows = sources.read_lines(sources.need_shared("healthver", f"{half}.jsonl"))
    evidence = {row["evidence"]: f"e{i}" for i, row in enumerate(rows)}
    library = Assistant(folder / f"healthver-{half}", settings=Settings())
    library.add(Paper(key, "Evidence", text, source="healthver") for text, key in evidence.items())
    pairs = [(row["claim"], evidence[row["evidence"]], row["label"]) for row in rows]
    return _measure(f"HealthVer {half}", library, pairs, "Supports", "Neutral")


def _measure(
    name: str, library: Assistant, pairs: list[tuple[str, str, str]], support: str, neutral: str
) -> ClaimsResult:
    statements = library.check([(text, [paper]) for text, paper, _ in pairs])
    features = claim_features(library, [(text, paper) for text, paper, _ in pairs])
    labels = [label for _, _, label in pairs]
    scores = [s.score for s in statements]
    about = probabilities("about", features)
    cosine = [f["cosine"] for f in features]
    return ClaimsResult(
        name,
        len(pairs),
        auc(scores, [label == support for label in labels]),
        auc(cosine, [label == support for label in labels]),
        auc(about, [label != neutral for label in labels]),
        auc(cosine, [label != neutral for label in labels]),
    )


def render(result: ClaimsResult) -> str:
    """Return the two figures, each with that of plain cosine."""
    return (
        f"{result.name}, {result.pairs} pairs\n"
        f"  supported against the rest: AUC {result.supported:.3f} (cosine {result.supported_cosine:.3f})\n"
        f"  about it at all:            AUC {result.about:.3f} (cosine {result.about_cosine:.3f})"
    )
