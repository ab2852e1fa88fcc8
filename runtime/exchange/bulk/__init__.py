"""Many records changed at once: chosen in a table, carried out by a worker, taken back like an import."""
