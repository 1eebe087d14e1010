"""Remove a model's reasoning: from its reply, with channels, fences and marks of chat templates."""

from __future__ import annotations

import re

_TAG = "think|thinking|thought|thoughts|reasoning|reflection"
_THOUGHTS = re.compile(rf"<({_TAG})>.*?(</\1>|\Z)", re.S | re.I)
# Some servers drop the opening tag.
_CLOSED_ONLY = re.compile(rf"\A.*</(?:{_TAG})>", re.S | re.I)
# https://cookbook.openai.com/articles/openai-harmony: channels, and how they look where a server drops the special tokens.
_FINAL_CHANNEL = re.compile(r"\A.*<\|channel\|>\s*final\b[^<]*<\|message\|>", re.S)
_GLUED_CHANNEL = re.compile(r"\A\s*(?:analysis|commentary)(?=\W|[A-Z]).*?assistant\s*final\s*", re.S)
_TEMPLATE = re.compile(r"<\|[^|>\n]{1,40}\|>|</?s>|\[/?INST\]|<(?:start|end)_of_turn>(?:model\n)?")
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[\w-]*[ \t]*$\n?", re.M)


def without_reasoning(reply: str) -> str:
    """Return the part of a reply that is meant for the reader, "" if there is none (yet)."""
    if "<|channel|>" in reply and not _FINAL_CHANNEL.match(reply):
        return ""
    text = _GLUED_CHANNEL.sub("", _FINAL_CHANNEL.sub("", reply))
    text = _CLOSED_ONLY.sub("", _THOUGHTS.sub("", text))
    return _FENCE.sub("", _TEMPLATE.sub("", text)).strip()
