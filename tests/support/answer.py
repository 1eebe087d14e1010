"""One answer with a value in every field, and its JSON as version 0.1.0 wrote it."""

from __future__ import annotations

from assistant.core.answers.answer import Answer, Ranked, Source
from assistant.core.answers.refusal import Refusal
from assistant.core.answers.statement import Evidence, Statement
from assistant.core.answers.usage import Exchange
from assistant.core.paper import Paper, Section

DOT = Paper(
    "doi:10.1/x",
    "Dot: tiny detectors",
    "We present Dot. Dot finds cars in 5 ms.",
    ("Ada Byron",),
    2024,
    "Bees",
    "10.1/x",
    "2401.01234",
    "7",
    "https://example.org/x",
    (Section("AIM", 0, 15),),
    "papers.jsonl",
    "A summary.",
)
JOT = Paper("q", "Jot", "Jot is large.")
ANSWER = Answer(
    question="How fast is it?",
    text="Dot finds cars in 5 ms [1].",
    statements=(
        Statement(
            text="Dot finds cars in 5 ms.",
            citations=(DOT.id,),
            verdict="supported",
            how="verbatim",
            score=0.99,
            evidence=(Evidence(DOT.id, "Dot finds cars in 5 ms.", 16, 39, "AIM"),),
            problems=("A problem.",),
            suggested=("q",),
            unknown=(4,),
            struck=True,
            paragraph=1,
        ),
    ),
    sources=(Source(1, DOT),),
    passages=(Ranked(DOT.id, 0.9, {"dense": (1, 0.8), "lexical": (2, 3.5)}),),
    refusal=Refusal("not_stated", (JOT,)),
    model="gpt",
    usage={"calls": 1},
    timings={"retrieval": 0.5},
    warnings=("A warning.",),
    standalone="How fast is Dot?",
    score=0.7,
    removed=1,
    complete=False,
    cost=0.25,
    exchanges=(Exchange("answer", "gpt", "s", "u", "r", 10, 5, 1.5),),
)
ANSWER_JSON = r"""{"question": "How fast is it?", "text": "Dot finds cars in 5 ms [1].", 
"statements": [{"text": "Dot finds cars in 5 ms.", "citations": ["doi:10.1/x"], "verdict": "supported", "how": "verbatim", "score": 0.99, "evidence": [{"paper_id": "doi:10.1/x", "quote": "Dot finds cars in 5 ms.", "start": 16, "end": 39, "section": "AIM"}], "problems": ["A problem."], "suggested": ["q"], "unknown": [4], "struck": true, "paragraph": 1}], 
"sources": [{"number": 1, "paper": {"id": "doi:10.1/x", "title": "Dot: tiny detectors", "abstract": "We present Dot. Dot finds cars in 5 ms.", "authors": ["Ada Byron"], "year": 2024, "venue": "Bees", "doi": "10.1/x", "arxiv_id": "2401.01234", "pmid": "7", "url": "https://example.org/x", "sections": [{"label": "AIM", "start": 0, "end": 15}], "source": "papers.jsonl", "note": "A summary."}}], 
"passages": [{"paper_id": "doi:10.1/x", "score": 0.9, "channels": {"dense": [1, 0.8], "lexical": [2, 3.5]}}], 
"refusal": {"kind": "not_stated", "nearest": [{"id": "q", "title": "Jot", "abstract": "Jot is large."}]}, 
"model": "gpt", "usage": {"calls": 1}, "timings": {"retrieval": 0.5}, "warnings": ["A warning."], "standalone": "How fast is Dot?", "score": 0.7, "removed": 1, "complete": false, 
"exchanges": [{"purpose": "answer", "model": "gpt", "system": "s", "user": "u", "reply": "r", "tokens_sent": 10, "tokens_received": 5, "seconds": 1.5}], "cost": 0.25, "remark": "", "listed": false, "filters": [], "denying": [], "affirming": [], "comparison": null}"""
