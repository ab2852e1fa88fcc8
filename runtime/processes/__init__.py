"""The roles of a process, and the one parent that keeps them all."""
