"""Flows: events become runs, and runs advance step by step."""
