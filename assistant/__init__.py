"""Answers from paper abstracts, each sentence with the words that support it. This is the whole public API."""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

# ONNX Runtime (1.32) reports to its maker from native code, where Python's audit hooks cannot see it, and keeps a device
# id in the home folder. It reads this variable once, when it is first imported by anybody in the process.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.conversation.chat import Chat
    from assistant.core.answers.answer import Answer, Source
    from assistant.core.answers.comparison import Comparison
    from assistant.core.answers.events import Finished, Retrieved, StatementReady, TextDelta, Working
    from assistant.core.answers.refusal import Refusal
    from assistant.core.answers.statement import Evidence, Statement
    from assistant.core.errors import AssistantError
    from assistant.core.paper import Paper, Section
    from assistant.core.settings import Settings
    from assistant.core.stop import Stop
    from assistant.library.identity.tally import AddReport
    from assistant.library.identity.where import Where
    from assistant.library.readers import Problem
    from assistant.llm.client import Model
    from assistant.retrieval.passage import Passage
    from assistant.verification.cross_encoder import CrossEncoder

__version__ = "0.1.0"

__all__ = [
    "AddReport",
    "Answer",
    "Assistant",
    "AssistantError",
    "Chat",
    "Comparison",
    "CrossEncoder",
    "Evidence",
    "Finished",
    "Model",
    "Paper",
    "Passage",
    "Problem",
    "Refusal",
    "Retrieved",
    "Section",
    "Settings",
    "Source",
    "Statement",
    "StatementReady",
    "Stop",
    "TextDelta",
    "Where",
    "Working",
]

_HOMES = {
    "AddReport": "library.identity.tally",
    "Answer": "core.answers.answer",
    "Assistant": "assistant",
    "AssistantError": "core.errors",
    "Chat": "conversation.chat",
    "Comparison": "core.answers.comparison",
    "CrossEncoder": "verification.cross_encoder",
    "Evidence": "core.answers.statement",
    "Finished": "core.answers.events",
    "Model": "llm.client",
    "Paper": "core.paper",
    "Passage": "retrieval.passage",
    "Problem": "library.readers",
    "Refusal": "core.answers.refusal",
    "Retrieved": "core.answers.events",
    "Section": "core.paper",
    "Settings": "core.settings",
    "Source": "core.answers.answer",
    "Statement": "core.answers.statement",
    "StatementReady": "core.answers.events",
    "Stop": "core.stop",
    "TextDelta": "core.answers.events",
    "Where": "library.identity.where",
    "Working": "core.answers.events",
}


def __getattr__(name: str) -> Any:
    # Imported when first named: `assistant --version` need not load Chroma and LlamaIndex.
    if name in _HOMES:
        return getattr(import_module(f"assistant.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
