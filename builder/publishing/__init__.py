"""Checking a draft app as a whole and making a release of it."""
