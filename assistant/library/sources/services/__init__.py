"""Services that users name: arXiv, Crossref, PubMed, Daily Papers, Zotero; papers are fetched from them."""
