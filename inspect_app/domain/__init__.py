"""FLOOR 1: the rules. Standard library only (and geopy.distance)."""
