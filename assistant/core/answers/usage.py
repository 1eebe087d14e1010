"""What calls of models took: each call, their tokens and their cost."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Exchange:
    """One call of a model. `purpose` is the name of its prompt: "answer", "verify", ...

    Tokens are the endpoint's own counts, 0 if it gives none. `seconds` run from the request to the end of the reply.
    """

    purpose: str
    model: str
    system: str
    user: str
    reply: str
    tokens_sent: int = 0
    tokens_received: int = 0
    seconds: float = 0.0


@dataclass
class Usage:
    """Counter of tokens and calls of models, and of the money that they cost."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    calls: int = 0
    cost: float = 0.0
    exchanges: list[Exchange] = field(default_factory=list)

    def as_dict(self) -> dict[str, int]:
        """Return the counts by name."""
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "calls": self.calls,
        }
