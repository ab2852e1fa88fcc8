"""Triggers that the clock pulls."""
