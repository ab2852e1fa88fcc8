"""An event and all it sets off, at once."""
