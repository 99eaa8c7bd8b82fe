"""Items as the world writes them: units, codes, imports, and what goes on by itself."""
