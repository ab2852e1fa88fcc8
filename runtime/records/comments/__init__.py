"""What people say about a record, and whom they mention in it."""
