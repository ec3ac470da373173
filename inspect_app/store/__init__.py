"""FLOOR 2: all SQL and our files."""
