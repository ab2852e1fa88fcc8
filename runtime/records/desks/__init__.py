"""A form opened for one page."""
