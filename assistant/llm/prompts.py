"""Load prompts; they are Markdown files with $variables, two messages each (system, user)."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from string import Template

from assistant.core.errors import PromptError
from assistant.core.settings import OWN_PROMPTS

_HERE = Path(__file__).resolve().parent.parent
# A wheel carries the files beside this module; a checkout has them at its top level.
_PLACES = (_HERE / "_prompts", _HERE.parent / "prompts")
_SPLIT = re.compile(r"^---$", re.M)


@dataclass(frozen=True)
class Prompt:
    """The two messages of one model call; `name` is the prompt's file without its ending."""

    system: str
    user: str
    name: str = ""

    @property
    def size(self) -> int:
        """The number of tokens, estimated."""
        return tokens_in(self.system) + tokens_in(self.user)

    def messages(self) -> list[dict[str, str]]:
        """In the chat-completions format."""
        return [
            {"role": "system", "content": self.system},
            {"role": "user", "content": self.user},
        ]


def tokens_in(text: str) -> int:
    """Estimate the tokens of a text: one for three bytes of UTF-8.

    That is more than tokenizers make of English (4 to 5 bytes a token) and about what they make of Chinese.
    """
    return -(-len(text.encode("utf-8", "replace")) // 3)


def texts() -> dict[str, str]:
    """Return all prompts by name, as they stand in their files."""
    places = reversed(_places())
    return {path.stem: path.read_text(encoding="utf-8") for place in places for path in place.glob("*.md")}


def _places() -> tuple[Path, ...]:
    """Return the folders that have prompts; of one name the first counts. Raises `PromptError` if the user's is none."""
    own = os.environ.get(OWN_PROMPTS)
    if not own:
        return _PLACES
    if not Path(own).is_dir():
        raise PromptError(f"{OWN_PROMPTS} names {own}, which is no folder: correct it, or unset it.")
    return (Path(own), *_PLACES)


def load(name: str, **variables: str) -> Prompt:
    """Return the prompt `prompts/{name}.md` with its variables filled in.

    A file has two parts, system and user, with a line `---` between them. Raises `PromptError` where the file is
    missing, or lacks or has a variable that the program does not give.
    """
    path = next((place / f"{name}.md" for place in _places() if (place / f"{name}.md").exists()), None)
    if path is None:
        raise PromptError(f"The prompt {name}.md is missing; reinstall the program.")
    text = path.read_text(encoding="utf-8")
    wanted = set(Template(text).get_identifiers())
    if wanted != set(variables):
        wrong = ", ".join(sorted(wanted ^ set(variables)))
        raise PromptError(f"The prompt {path} and the program disagree on these variables: {wrong}.")
    parts = _SPLIT.split(text)
    if len(parts) != 2:
        raise PromptError(f"The prompt {path} needs one line '---' between system and user part.")
    system, user = (Template(part.strip()).substitute(variables) for part in parts)
    return Prompt(system, user, name)
