"""What produced an answer besides its question: versions, prompts, fitted weights, papers, as short digests."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable
from importlib.metadata import version

from assistant.core.paper import Paper
from assistant.core.weights import fitted_file
from assistant.llm.prompts import texts

_PACKAGES = ("llama-index", "chromadb", "openai", "gradio", "tantivy", "onnxruntime", "tokenizers", "numpy")


def provenance(papers: Iterable[Paper]) -> dict[str, str]:
    """Digests (16 hexadecimal digits) of `prompts`, `weights` and `library`, and the versions of what reads them."""
    prompts = (f"{name}\n{text}" for name, text in sorted(texts().items()))
    weights = fitted_file().read_text(encoding="utf-8")
    return {
        "prompts": digest(prompts),
        "weights": digest([weights]),
        "library": digest(sorted(f"{paper.id} {paper.fingerprint}" for paper in papers)),
        "python": platform.python_version(),
        "machine": platform.machine(),
        **{name: version(name) for name in _PACKAGES},
    }


def digest(parts: Iterable[str]) -> str:
    """Return a short digest of texts in their order."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part.encode())
        whole.update(b"\0")
    return whole.hexdigest()[:16]
