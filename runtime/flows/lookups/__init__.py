"""What is looked up once for all runs that are committed together."""
