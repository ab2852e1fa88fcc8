"""Calendars: the records of a form on the days they are about."""
