"""A flow drawn: what its steps do in words, their ports and lines; for the designer and for runs alike."""
