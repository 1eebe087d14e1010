"""Values that every stage passes on, settings and errors."""
