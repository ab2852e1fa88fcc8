"""Runs and incidents as pages show them."""
