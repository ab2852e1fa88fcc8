"""The flow designer."""
