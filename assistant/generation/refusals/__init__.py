"""Whether the papers found answer the question, also by what is near in this library."""
