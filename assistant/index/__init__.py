"""The library on disk: Chroma holds the truth, the lexical index and the sentence vectors derive from it."""
