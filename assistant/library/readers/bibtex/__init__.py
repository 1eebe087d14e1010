"""BibTeX. Files become entries, entries records, also of BibLaTeX."""
