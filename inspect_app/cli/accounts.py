"""Commands about accounts and phones."""

import argparse
import getpass
import secrets
import sys
from datetime import UTC, datetime
from uuid import UUID

from inspect_app.cli.database import in_transaction
from inspect_app.domain.people import Role
from inspect_app.services import devices, people
from inspect_app.settings import Settings


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`users` and `devices`."""
    users = commands.add_parser("users", help="add, disable or reset an account")
    users.set_defaults(run=_users)
    users.add_argument("action", choices=("add", "disable", "reset"))
    users.add_argument("username")
    users.add_argument("--agency")
    users.add_argument("--name")
    users.add_argument("--title", default="")
    users.add_argument("--role", choices=[role.value for role in Role])
    users.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    phones = commands.add_parser("devices", help="revoke a lost phone")
    phones.set_defaults(run=_devices)
    phones.add_argument("action", choices=("revoke",))
    phones.add_argument("username")
    phones.add_argument("device", type=UUID)
    phones.add_argument("--reason", required=True, help="why; stands in the audit")


def _users(settings: Settings, asked: argparse.Namespace) -> None:
    now = datetime.now(UTC)
    if asked.action == "disable":
        in_transaction(settings, lambda tx: people.disable(tx, asked.username, actor=None, now=now))
        return
    password = _password(asked)
    if asked.action == "reset":
        in_transaction(settings, lambda tx: people.reset(tx, asked.username, password, actor=None, now=now))
        return
    if not (asked.agency and asked.name and asked.role):
        sys.exit("error: users add needs --agency, --name and --role")
    in_transaction(
        settings,
        lambda tx: people.add(
            tx,
            agency=asked.agency,
            username=asked.username,
            name=asked.name,
            role=Role(asked.role),
            title=asked.title,
            password=password,
            actor=None,
            now=now,
        ),
    )


def _password(asked: argparse.Namespace) -> str:
    """From standard input when asked to, from the keyboard when there is one, else a new one, printed once."""
    if asked.password_stdin:
        return sys.stdin.readline().rstrip("\n")
    if sys.stdin.isatty():
        return getpass.getpass("Mật khẩu mới / new password: ")
    made = secrets.token_urlsafe(12)
    print(f"password: {made}")
    return made


def _devices(settings: Settings, asked: argparse.Namespace) -> None:
    now = datetime.now(UTC)
    in_transaction(
        settings,
        lambda tx: devices.revoke(
            tx, asked.device, asked.username, reason=asked.reason, agency=None, actor=None, now=now
        ),
    )
