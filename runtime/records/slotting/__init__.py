"""The stored slot map of each form, and rebuilding what a new slot holds."""
