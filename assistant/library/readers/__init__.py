"""Files -> Papers, or Problems that name file, line and field. One module a format."""

from assistant.library.readers.detect import read
from assistant.library.readers.problem import Problem

__all__ = ["Problem", "read"]
