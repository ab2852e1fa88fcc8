"""What did not work and waits for somebody."""
