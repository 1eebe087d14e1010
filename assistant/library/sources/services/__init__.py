"""Services that papers are fetched from when a user names one: arXiv, Crossref, PubMed, Daily Papers, Zotero."""
