"""Groups of records with counts and sums."""
