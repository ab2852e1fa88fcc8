"""Boards: the records of a form in columns, one for each value of a field."""
