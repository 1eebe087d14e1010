"""Fetch papers from other services: arXiv, Crossref, PubMed, Daily Papers, Zotero."""
