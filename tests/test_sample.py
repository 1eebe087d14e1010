"""The sample library as a whole: every sentence of it is supported, and no two of its papers clash."""

from __future__ import annotations

from assistant import Assistant
from assistant.core.text.sentences import split


def test_every_sentence_of_an_abstract_is_supported_by_it(sample: Assistant) -> None:
    claims = [(p.abstract[s.start : s.end], [p.id]) for p in sample.papers() for s in split(p.abstract)]
    verdicts = [s.verdict for s in sample.check(claims)]
    assert verdicts == ["supported"] * len(claims)


def test_the_sample_has_no_clash(sample: Assistant) -> None:
    ids = [paper.id for paper in sample.papers()]
    for at in range(0, 70, 5):
        assert not [r for r in sample.compare(ids[at : at + 5]).relations if r.kind == "disagree"]
