"""Statement x abstract: what carries it, and what was changed."""
