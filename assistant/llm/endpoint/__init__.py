"""Chat and embeddings at any endpoint that speaks the protocol of OpenAI."""
