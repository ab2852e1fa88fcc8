"""Links that wait, and what is said about rows."""
