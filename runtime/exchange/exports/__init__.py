"""Taking what a table lists out as a file."""
