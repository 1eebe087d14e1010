from __future__ import annotations

import numpy as np
import pytest

from assistant import Paper
from assistant.core.paper import Section
from assistant.library.embedding.embedder import MiniLMEmbedding
from assistant.library.records import Records
from assistant.retrieval.encoder import EncodedPaper, Encoder
from assistant.retrieval.sentences.lead_roles import lead_roles
from assistant.retrieval.sentences.roles import ROLES

TEXTS = (
    "Weeds cost farmers a third of their rice. We compared three cover crops in 24 plots over two years. Rye cut weeds by 61% "
    "and vetch by 20%. Rye before rice can replace herbicides.",
    "Children learn to read at different ages. We followed 300 pupils in twelve schools. Those who read at home gained 8 "
    "months by the age of nine. Reading at home should be encouraged.",
)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    records = Records(None)
    return Encoder(lambda: records, MiniLMEmbedding())


def read(encoder: Encoder, text: str, sections: tuple[Section, ...] = ()) -> EncodedPaper:
    (paper,) = encoder.read([Paper("p", "A study", text, sections=sections)])
    return paper


@pytest.mark.parametrize("text", TEXTS)
def test_each_sentence_has_a_likeliest_role(encoder: Encoder, text: str) -> None:
    probabilities = lead_roles(read(encoder, text))
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert [ROLES[i] for i in probabilities.argmax(axis=1)][:2] == ["background", "method"]
    assert probabilities[:, ROLES.index("conclusion")].argmax() == len(probabilities) - 1


def test_a_section_label_decides(encoder: Encoder) -> None:
    text = TEXTS[0]
    labelled = read(encoder, text, (Section("RESULTS", 0, text.index(" We compared")),))
    assert lead_roles(labelled)[0].tolist() == [role == "result" for role in ROLES]
