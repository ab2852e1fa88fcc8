"""How people become members: a seat kept for one, a link for many."""
