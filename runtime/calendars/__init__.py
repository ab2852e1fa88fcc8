"""When things are due by the calendar."""
