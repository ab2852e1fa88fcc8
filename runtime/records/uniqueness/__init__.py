"""Keys of what no two records of a form may hold alike."""
