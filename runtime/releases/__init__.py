"""Apps and their immutable, numbered releases."""
