"""FLOOR 2: the rest of the world: pictures, spreadsheets, maps, mail."""
