"""Records that were made together: those of an import, or the samples of an app."""
