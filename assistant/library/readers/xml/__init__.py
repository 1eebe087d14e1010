"""XML of PubMed, EndNote and arXiv."""
