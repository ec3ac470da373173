"""FLOOR 3: use cases: (tx, input, actor, now) -> result. No Flask, never commits."""
