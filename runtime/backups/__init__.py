"""One file that holds everything, and a fresh installation made from it."""
