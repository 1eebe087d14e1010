"""From a question to passages: analysis, encoding, hybrid retrieval, fusion, reranking."""
