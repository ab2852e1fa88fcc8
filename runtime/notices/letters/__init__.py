"""Mails that carry a link for one person."""
