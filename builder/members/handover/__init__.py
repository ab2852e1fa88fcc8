"""Somebody leaves: what the person had goes to others."""
