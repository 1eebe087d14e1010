"""Users' citations."""
