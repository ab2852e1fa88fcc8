"""What belongs to a record beside its answers: its history, records that link to it, its name elsewhere, its files."""
