"""Carrying an import out, a batch at a time."""
