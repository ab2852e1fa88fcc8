"""How many records a list takes."""
