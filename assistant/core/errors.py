"""Every error that a user can meet, as one tree.

    AssistantError
    ├── SettingsError          assistant.toml or an ASSISTANT_* variable is wrong
    ├── SourceError            a file to be added cannot be read at all
    ├── QuestionError          a question that cannot be asked: empty, or far too long
    ├── PaperNotFound          a paper id that is not in the library
    │   └── LibraryEmpty           no paper is in the library yet
    ├── PromptError            a prompt file is missing or its variables do not match
    ├── HistoryError           what was said in the chat cannot be kept or read
    │   └── ConversationNotFound   no such conversation among one's own
    ├── LibraryError           the library's folder cannot be used
    │   ├── LibraryLocked      somebody else is writing to it
    │   ├── LibraryCorrupt     its files are damaged or missing
    │   ├── LibraryTooNew      a newer version of this program wrote it
    │   └── EmbedderMismatch   it was built with another embedder
    └── ModelError             a language or embedding model did not do its part
        ├── ModelUnreachable   no connection, or no answer in time
        ├── ModelRefused       wrong key, no access, or no quota
        ├── ModelUnknown       the endpoint has no model of that name
        ├── ModelOverflow      the prompt is longer than the model can read
        ├── ModelInterrupted   the answer broke off in the middle; `.partial` is what came
        │   └── ModelStopped   it was stopped by whoever asked
        └── ModelReplyInvalid  a reply that is not what was asked for

Each message names the thing and says what to do next. Whoever catches `AssistantError` catches all of
them; everything else that is raised is a defect of this program and keeps its traceback.
"""


class AssistantError(Exception):
    """Root of all errors that a user can cause or cure."""


class SettingsError(AssistantError):
    """A settings file or environment variable has an unknown key or a value out of range."""


class SourceError(AssistantError):
    """A file to be added is missing, empty, binary, in another encoding, or of no known format."""


class QuestionError(AssistantError):
    """A question is empty or longer than can be asked."""


class PaperNotFound(AssistantError):
    """No paper of that id is in the library."""


class LibraryEmpty(PaperNotFound):
    """No paper is in the library yet."""


class PromptError(AssistantError):
    """A prompt file is missing, or its variables are not those that the program gives."""


class HistoryError(AssistantError):
    """A file in which conversations, or what users said of answers, are kept cannot be used."""


class ConversationNotFound(HistoryError):
    """No conversation or answer of that id is among the asker's own."""


class LibraryError(AssistantError):
    """The library's folder cannot be used as it is."""


class LibraryLocked(LibraryError):
    """Somebody else is writing to the library."""


class LibraryCorrupt(LibraryError):
    """Files of the library are damaged or missing."""


class LibraryTooNew(LibraryError):
    """The library was written in a format newer than this program knows."""


class EmbedderMismatch(LibraryError):
    """The library was built with another embedder than the settings name."""


class ModelError(AssistantError):
    """A language or embedding model did not do its part."""


class ModelUnreachable(ModelError):
    """The endpoint cannot be reached, or did not answer in time."""


class ModelRefused(ModelError):
    """The endpoint refused: wrong key, no access, or no quota left."""


class ModelUnknown(ModelError):
    """The endpoint does not know the model's name."""


class ModelOverflow(ModelError):
    """The prompt is longer than the model's context."""


class ModelReplyInvalid(ModelError):
    """The model's reply is empty or not of the form asked for."""


class ModelInterrupted(ModelError):
    """The model's answer broke off. `partial` is the text that came before, possibly empty."""

    def __init__(self, message: str, partial: str = "") -> None:
        super().__init__(message)
        self.partial = partial


class ModelStopped(ModelInterrupted):
    """Whoever asked stopped the model's answer."""
