"""One short script a room, read top to bottom; each asks the core for what it shows and hands it to `parts`."""
