"""Looking up what cells name."""
