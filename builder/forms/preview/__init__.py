"""The form as people will have it, from the draft, where nothing is kept."""
