"""What a step of a run sees."""
