"""Many notices in one mail."""
