"""What people set for themselves: name, language, look, password, sessions, API tokens."""
