"""What a worker calls."""


def drain() -> None:
    """Take up what is due until nothing is left."""
