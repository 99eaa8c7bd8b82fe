"""Taking what mirrors believe, row by row."""
