"""Files -> Papers, or Problems that name file, line and field. One module a format."""

from assistant.readers.problem import Problem
from assistant.readers.reading import read

__all__ = ["Problem", "read"]
