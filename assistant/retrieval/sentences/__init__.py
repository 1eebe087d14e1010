"""Which sentence of a paper answers: what it says in the abstract (roles), answer sentence selection, and both with words and vectors."""
