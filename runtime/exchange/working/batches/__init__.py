"""Some rows at once."""
