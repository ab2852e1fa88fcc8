"""Views of tables that people save at work: for themselves, or for all who use the form."""
