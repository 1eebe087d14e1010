"""Files -> Papers, or Problems that name file, line and field. One module for each format; formats.py lists them."""

from assistant.library.readers.detect import read
from assistant.library.readers.problem import Problem

__all__ = ["Problem", "read"]
