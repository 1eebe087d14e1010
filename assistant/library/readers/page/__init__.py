"""Read the papers of a page of titles and abstracts."""
