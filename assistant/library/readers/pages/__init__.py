"""Text that people read: a page of titles and abstracts, a note about one paper."""
