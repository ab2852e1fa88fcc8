"""How somebody comes in: sessions, tokens, seats."""
