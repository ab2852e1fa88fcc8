"""Who did what outside the records: an append-only chain that shows when it was tampered with."""
