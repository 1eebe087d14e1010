"""All errors that users can meet, in one tree.

    AssistantError
    ├── SettingsError          assistant.toml or an ASSISTANT_* variable is wrong
    ├── SourceError            a file or service to be added cannot be read
    ├── QuestionError          a question is empty or far too long
    ├── PaperNotFound          no paper of the library has this id
    │   └── LibraryEmpty           the library has no papers yet
    ├── PromptError            a prompt file is missing or has other variables
    ├── HistoryError           conversations or feedback cannot be stored or read
    │   └── ConversationNotFound   the user has no such conversation
    ├── LibraryError           the library's folder cannot be used
    │   ├── LibraryLocked      another process or thread is writing to it
    │   ├── LibraryReadOnly    nobody may write to it here
    │   ├── LibraryUnreachable its server does not answer
    │   ├── LibraryCorrupt     its files are damaged or missing
    │   ├── LibraryTooNew      a newer version of this program wrote it
    │   └── EmbedderMismatch   it was built with another embedding model
    └── ModelError             a language or embedding model failed
        ├── ModelUnreachable   no connection, or no answer in time
        ├── ModelRefused       it declines: key, access, quota, rate, region, content filter, or the model's own refusal
        ├── BudgetSpent        what llm.budget allows is spent
        ├── ModelUnknown       the endpoint has no model of that name
        ├── ModelOverflow      the prompt is longer than the model can read
        ├── ModelInterrupted   the reply broke off; `.partial` is the text received
        │   └── ModelStopped   the user stopped it
        └── ModelReplyInvalid  the reply is empty or has the wrong form

Each message is one sentence that names the thing and the next step. `except AssistantError` catches all of them; any
other exception is a defect of this program and keeps its traceback.
"""

from typing import ClassVar

from assistant.core.text.sanitize import storable


class AssistantError(Exception):
    """Base class of all errors that a user can cause or correct."""

    def __str__(self) -> str:
        # The name of a file may hold what no terminal or file takes.
        return storable(super().__str__())


class SettingsError(AssistantError):
    """A settings file or an environment variable has an unknown key or an invalid value."""


class SourceError(AssistantError):
    """A file to be added is missing, empty, binary, in an unknown encoding or in an unknown format; or a service that was named
    does not send what was asked for."""


class QuestionError(AssistantError):
    """A question is empty or too long."""


class PaperNotFound(AssistantError):
    """No paper of the library has this id."""


class LibraryEmpty(PaperNotFound):
    """The library has no papers yet."""


class PromptError(AssistantError):
    """A prompt file is missing, or its variables differ from those that the program fills in."""


class HistoryError(AssistantError):
    """The file of conversations or of feedback cannot be used."""


class ConversationNotFound(HistoryError):
    """The user has no conversation or answer with this id."""


class LibraryError(AssistantError):
    """The library's folder cannot be used."""


class LibraryLocked(LibraryError):
    """Another process or thread is writing to the library."""


class LibraryReadOnly(LibraryError):
    """The library cannot be changed: this user may not write to its files, or its disk is read-only."""


class LibraryUnreachable(LibraryError):
    """The server that holds the library does not answer."""


class LibraryCorrupt(LibraryError):
    """Files of the library are damaged or missing."""


class LibraryTooNew(LibraryError):
    """A newer version of this program wrote the library."""


class EmbedderMismatch(LibraryError):
    """The library was built with another embedding model than the settings name."""


class ModelError(AssistantError):
    """A language or embedding model failed.

    `quotes_instead` tells whether to offer an answer of quotes, which needs no model: `ask(..., quotes=True)`.
    """

    quotes_instead: ClassVar[bool] = True


class ModelUnreachable(ModelError):
    """The endpoint cannot be reached or did not answer in time."""


class ModelRefused(ModelError):
    """The endpoint or the model declines to answer.

    The key is wrong or may not use the model, there is no quota left, there were too many requests, the country is not
    served, a content filter stopped the question or the reply, or the model refuses in a field of its own.
    """


class BudgetSpent(ModelError):
    """The money that `llm.budget` allows is spent; nothing was sent."""


class ModelUnknown(ModelError):
    """The endpoint has no model of this name."""


class ModelOverflow(ModelError):
    """The prompt is longer than the model's context window."""


class ModelReplyInvalid(ModelError):
    """The model's reply is empty or has the wrong form."""


class ModelInterrupted(ModelError):
    """The model's reply broke off. `partial` is the text received until then, perhaps empty."""

    def __init__(self, message: str, partial: str = "") -> None:
        super().__init__(message)
        self.partial = partial


class ModelStopped(ModelInterrupted):
    """The user stopped the model's reply."""

    quotes_instead = False
