"""Buttons that start flows."""
