"""An app made of uploaded tables: what was found is shown, changed, and only then taken."""
