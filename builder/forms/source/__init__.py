"""A form as the text it is stored as, with what is wrong at its line."""
