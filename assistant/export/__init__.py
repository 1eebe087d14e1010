"""Answers and papers for other programs: transcripts, bibliographies, citation styles."""
