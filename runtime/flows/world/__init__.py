"""What a step can see and do."""
