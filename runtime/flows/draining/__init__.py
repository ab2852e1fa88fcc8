"""A worker's look for work."""
