"""Ready-made apps, from which a tenant can start."""
