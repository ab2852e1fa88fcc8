"""Every text of a form in both languages, side by side."""
