"""The documents an admin is working on, before they are published."""
