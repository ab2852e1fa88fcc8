"""The menu: where somebody may go from here."""
