"""An import begun, or gone on with."""
