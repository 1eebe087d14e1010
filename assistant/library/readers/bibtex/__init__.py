"""BibTeX. Files to entries, entries to records, also of BibLaTeX."""
