"""How fast it is, beside references of the same run; nothing here is loaded by the application."""
