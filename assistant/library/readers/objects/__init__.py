"""JSON: our own records, and the replies of CSL, Crossref, OpenAlex, Semantic Scholar, arXiv and Hugging Face."""
