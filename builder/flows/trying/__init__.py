"""Trying a draft flow on a record, in the designer."""
