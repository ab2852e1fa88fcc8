"""Steps that call the world outside: the attempt is committed first."""
