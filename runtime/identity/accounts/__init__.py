"""Who somebody is in every workspace: names to sign in with, and the password."""
