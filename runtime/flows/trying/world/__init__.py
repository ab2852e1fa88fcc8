"""The world of a step that is only tried."""
