"""From the notations of files (LaTeX, HTML, JATS) to plain text, names and the parts of an abstract."""
