"""The department of records, when departments move."""
