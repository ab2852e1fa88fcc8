"""Settings of the whole tenant: how it is called, how it looks, when it works."""
