"""What is wrong or odd in a form, each at its question."""
