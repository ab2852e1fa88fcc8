"""Tables in and out: spreadsheets become records."""
