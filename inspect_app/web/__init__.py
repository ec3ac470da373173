"""FLOOR 4: HTTP. Flask lives here and nowhere else."""
