"""What a question means: without its history, in the papers' language and spelling, and of the records."""
