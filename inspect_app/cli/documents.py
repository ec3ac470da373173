"""`documents`: check the templates of papers; verify what a paper's code says, without the database."""

import argparse
import sys
from pathlib import Path

from inspect_app.outside.signing import open_signer
from inspect_app.services import paper_stamps
from inspect_app.services.paper_sample import SAMPLES
from inspect_app.services.papers import Templates
from inspect_app.settings import Settings

DOCUMENTS = Path(__file__).parent.parent.parent / "templates" / "documents"


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    documents = commands.add_parser("documents", help="check the templates of papers, or the code of a paper")
    actions = documents.add_subparsers(required=True, metavar="action")
    check = actions.add_parser("check", help="every field of every template exists; status 1: one does not")
    check.add_argument("--folder", type=Path, default=DOCUMENTS)
    check.set_defaults(run=_check)
    verify = actions.add_parser(
        "verify", help="whether the server signed what a scanned code says; status 0 yes, 1 no, 2 no signature in it"
    )
    verify.add_argument("address", help="the whole address the code holds")
    verify.add_argument("--key", help="x of the server's public key, as the page /verify shows it (default: our own)")
    verify.set_defaults(run=_verify)


def _check(_: Settings, asked: argparse.Namespace) -> None:
    templates = Templates(asked.folder)
    problems = templates.check(SAMPLES)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        sys.exit(1)
    print(f"documents: {len(templates.all())} templates, no problems")


def _verify(settings: Settings, asked: argparse.Namespace) -> None:
    key = {"kty": "OKP", "crv": "Ed25519", "x": asked.key} if asked.key else open_signer(settings.signing_key).jwk
    checked = paper_stamps.check(asked.address, key)
    if checked is None:
        print("this code carries no signature", file=sys.stderr)
        sys.exit(2)
    stamp = checked.stamp
    print(f"number {stamp.number}, day {stamp.day.isoformat()}, agency {stamp.agency}, content {stamp.sha256}")
    if not checked.genuine:
        print("NOT signed by this key", file=sys.stderr)
        sys.exit(1)
    print("signed by this key")
