"""Imports taken back."""
