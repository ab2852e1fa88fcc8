"""The list of what is due: who holds what, and until when."""
