"""Studies of whole answers: what they begin with, and follow-up questions."""
