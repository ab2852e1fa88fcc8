"""Systems outside that flows may call: their addresses, their sealed credentials, and the one HTTP client."""
