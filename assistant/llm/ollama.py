"""Ollama by its own API: its context is set to what a prompt needs, and JSON comes in the form asked for.

Ollama reads prompts at a context of its own default and cuts what is longer without a word; only its own API takes the
context with the request (https://github.com/ollama/ollama/blob/main/docs/api.md, `num_ctx`). It loads the model anew
when the context changes, so it grows in few steps.
"""

from __future__ import annotations

from typing import Any

from llama_index.core.llms.llm import LLM

from assistant.core.errors import ModelOverflow
from assistant.llm.adapter import error_of, host_of
from assistant.llm.prompts import Prompt

_LEAST = 8192
"""Tokens of the smallest context asked for: enough for eight abstracts, so that it seldom has to grow."""
_REST = 64
"""Tokens of the marks that a chat template adds."""


def is_one(llm: LLM) -> bool:
    """Return whether an LLM is LlamaIndex's `Ollama`."""
    return llm.class_name() == "Ollama_llm"


def fitted(
    llm: LLM, prompt: Prompt, limit: int, schema: dict[str, Any] | None = None
) -> tuple[LLM, dict[str, Any]]:
    """Return the LLM with a context for this prompt and a reply of `limit` tokens, and the options of the call.

    Raises a `ModelError`: `ModelOverflow` where the model's own context is smaller than the prompt needs.
    """
    own: Any = llm
    try:
        most = own.get_context_window()  # asks the server once, unless it was given
    except Exception as exc:  # what its client raises is no tree of its own
        raise error_of(exc, own.model, host_of(llm), "ollama") from exc
    needed = prompt.size + _REST
    if needed >= most:
        raise ModelOverflow(
            f"The question with its abstracts is too long for {own.model!r}: lower retrieval.k."
        )
    context = _LEAST
    while context < needed + limit:
        context *= 2
    changes = {
        "context_window": min(context, most),
        "additional_kwargs": {"num_predict": limit, **own.additional_kwargs},
    }
    # The copy shares the client, which has to exist before: it is made when first asked for.
    assert own.client is not None
    return llm.model_copy(update=changes), {"format": schema} if schema is not None else {}
