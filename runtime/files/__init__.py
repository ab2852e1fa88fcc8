"""Uploaded files, stored by random id and handed out so that a browser never runs them."""
