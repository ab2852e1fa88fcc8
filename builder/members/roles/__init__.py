"""What each role of an app may do, form by form."""
