"""The people that flows and fields speak of."""
