"""What waits for a person: the first records of the views that say so."""
