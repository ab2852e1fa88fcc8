"""Records that were there before their form said something else of them."""
