"""How somebody comes in: accounts, sessions, tokens, invitations."""
