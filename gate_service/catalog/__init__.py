"""Items as the world writes them: identifiers, units and kits in the store, and how they are imported."""
