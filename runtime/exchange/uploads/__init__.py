"""An import prepared and watched on pages: the file, its columns, what became of its rows."""
