"""Formats of reference managers that give each field a line with a tag: RIS, MEDLINE, Web of Science, Refer."""
