"""A run in hand, and the rows of its steps."""
