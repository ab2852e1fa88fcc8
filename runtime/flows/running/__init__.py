"""Carrying runs forward."""
