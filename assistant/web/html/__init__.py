"""HTML of the page: each file has the functions of one part, and beside it the Jinja2 template of the same name."""
