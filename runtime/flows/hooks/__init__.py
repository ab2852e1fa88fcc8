"""Addresses to which other systems send what starts a flow."""
