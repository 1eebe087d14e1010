"""What each command does; the only place of this package that prints."""
