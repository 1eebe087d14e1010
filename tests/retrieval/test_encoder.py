"""Papers and texts as read: words and sentences with their vectors, kept small and true to their paper."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.papers import PAPERS

from assistant import Assistant, Paper, Settings
from assistant.library.chunks import chunk
from assistant.library.embedding.embedder import MiniLMEmbedding, SpanText
from assistant.library.embedding.packed import from_signs
from assistant.library.records import Records, paper_vectors
from assistant.retrieval.encoder import Encoder

PAPER = Paper(
    "p", "Owls in towns", "Owls hunt at night. They eat mice, e.g. voles. Towns have few mice.", source="t"
)


@pytest.fixture(scope="module")
def model() -> MiniLMEmbedding:
    return MiniLMEmbedding()


@pytest.fixture
def reader(tmp_path: Path, model: MiniLMEmbedding) -> Encoder:
    records = Records(tmp_path / "records.sqlite")
    return Encoder(lambda: records, model)


def test_every_word_stands_in_its_sentence(reader: Encoder) -> None:
    (read,) = reader.read([PAPER])
    words = [PAPER.title, *(s.text for s in read.sentences)]
    assert len(read.words) == len(read.places)
    # Owls, towns and mice come twice, each with the vector of the first.
    assert len(np.unique(read.words, axis=0)) == len(chunk(PAPER).words) == len(read.words) - 3
    assert list(read.places) == sorted(read.places)
    for place, sentence in enumerate(read.sentences):
        assert (read.places == place).sum() == len(sentence.content)
    assert (read.places == -1).sum() == 2, words


def test_a_word_is_nearest_to_itself(reader: Encoder) -> None:
    (read,) = reader.read([PAPER])
    (said,) = reader.texts(["Owls eat mice"])
    near = read.nearest_words(said)
    assert near.shape == (3, 1 + len(read.sentences))
    hunting, eating = 1, 2
    assert near[0].argmax() in (0, hunting)
    assert near[1].argmax() == eating
    assert [t.text for t in said.content] == ["Owls", "eat", "mice"]


def test_synonyms_are_nearer_than_strangers(reader: Encoder) -> None:
    close, far = reader.texts(["Nocturnal birds chase rodents", "The parliament passed a budget"])
    weigh = lambda _: 1.0  # noqa: E731
    assert (
        reader.late_interaction(close, [PAPER], weigh)["p"]
        > reader.late_interaction(far, [PAPER], weigh)["p"] + 0.1
    )


def test_a_text_without_meaning_is_like_nothing(reader: Encoder) -> None:
    (said,) = reader.texts(["and of the"])
    assert reader.late_interaction(said, [PAPER], lambda _: 1.0) == {}
    assert said.words.shape[0] == 0


def test_vectors_survive_packing(model: MiniLMEmbedding) -> None:
    cut = chunk(PAPER)
    (rows,) = model.embed_spans([SpanText(cut.text, cut.spans)])
    first = 1 + len(cut.windows)
    last = first + len(cut.sentences)
    stored = paper_vectors(cut, rows).as_stored()
    assert (stored.sentences * rows[first:last]).sum(axis=1).min() > 0.985
    # One bit a dimension keeps the angle roughly: each word is still nearest to itself.
    words = from_signs(stored.words, model.dimension)
    assert ((rows[last:] @ words.T).argmax(axis=1) == np.arange(len(words))).mean() > 0.9
    assert np.allclose(np.linalg.norm(words, axis=1), 1.0)


def test_a_library_that_cannot_be_written_to_is_read_all_the_same(model: MiniLMEmbedding) -> None:
    records = Records(None)
    encoder = Encoder(lambda: records, model)
    (before,) = encoder.read([PAPER])
    records._db.execute("PRAGMA query_only = ON")
    (after,) = encoder.read([PAPER])
    assert after.vectors.tolist() == before.vectors.tolist()


def test_a_changed_abstract_is_read_anew(reader: Encoder) -> None:
    reader.read([PAPER])
    changed = Paper("p", PAPER.title, "Owls sleep all day long. Nothing else.", source="t")
    (read,) = reader.read([changed])
    assert len(read.sentences) == len(read.vectors) == 2


def test_span_means_are_the_means_of_their_tokens(model: MiniLMEmbedding) -> None:
    text = "Owls hunt at night, and towns have few mice."
    whole, owls, owls_hunt, hunt = model.embed_spans([SpanText(text, ((0, 4), (0, 9), (5, 9)))])[0]
    mean = owls + hunt
    assert owls_hunt @ (mean / np.linalg.norm(mean)) > 0.99
    assert whole @ owls < 0.99


def test_whatever_embedder_finds_the_papers_the_built_in_one_reads_them(tmp_path: Path) -> None:
    from support.scripted_server import ScriptedServer

    with ScriptedServer() as server:
        settings = Settings.model_validate(
            {"embedding": {"name": "tiny", "base_url": server.url}, "api_key": "k"}
        )
        server.embed = lambda text: [float(text.count(c)) + 0.01 for c in "aeiounst"]
        with Assistant(tmp_path / "l", settings=settings) as library:
            library.add(PAPERS)
            (passage, *_) = library.search("How fast does Dot find cars?")
            answer = library.ask("How fast does Dot find cars on a phone?")
            (checked,) = library.check([("Dot finds cars in 7 ms on a phone.", ["dot"])])
    assert passage.paper.id == "dot"
    assert answer.sources[0].paper.id == "dot"
    assert checked.verdict == "contradicted"
