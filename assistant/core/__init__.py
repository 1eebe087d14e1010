"""Values that every stage passes on."""
