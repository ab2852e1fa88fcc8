"""Flows: their graph, their engine, their runs."""
