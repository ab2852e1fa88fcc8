"""Events and buttons become runs."""
