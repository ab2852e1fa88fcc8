"""The way back from many changes that came together."""
