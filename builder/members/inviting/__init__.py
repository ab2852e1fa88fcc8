"""Inviting people: many addresses at once, or a link for a group."""
