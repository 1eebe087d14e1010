"""Services that users name: papers are fetched from arXiv, Crossref, PubMed, Daily Papers, Zotero."""
