"""The releases of an app: what each of them changed, in words, and the way back to one of them."""
