"""A flow out of a file."""
