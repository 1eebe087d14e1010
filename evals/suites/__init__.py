"""Questions as data."""
