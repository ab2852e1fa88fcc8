"""A run as its page shows it: over its flow, and step by step."""
