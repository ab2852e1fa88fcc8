"""The generated form: drawn from a form document, unfolding as it is answered, saved through the one door."""
