"""BibTeX and BibLaTeX: files to entries, entries to records."""
