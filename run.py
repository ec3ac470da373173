"""The app for a WSGI server (`run:app`), and the command line when run as a script; nothing else."""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def app() -> "Flask":
    """Make the app: the factory a WSGI server calls in each of its processes."""
    from inspect_app.app import create_app
    from inspect_app.settings import Settings

    return create_app(Settings.from_environment(os.environ))


if __name__ == "__main__":
    from inspect_app.cli import main

    main()
