"""Working off what is owed."""
