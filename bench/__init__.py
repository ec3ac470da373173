"""Measurements of the whole product: `make bench`, or one of them with `python -m bench intake`."""
