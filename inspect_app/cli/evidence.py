"""Commands about evidence: the audit and its daily roots, case files."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from inspect_app import case_verify
from inspect_app.domain.people import EVERY_AGENCY
from inspect_app.outside.signing import open_signer
from inspect_app.services import audit_check, case_facts, case_file, roots
from inspect_app.settings import Settings
from inspect_app.store.checklist_drafts import published_by
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import open_engine, open_glances, open_transactions
from inspect_app.store.evidence_files import EvidenceFiles

FORMS = Path(__file__).parent.parent.parent / "forms"


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`audit` and `case`."""
    audit = commands.add_parser("audit", help="check the audit, or make the daily roots")
    actions = audit.add_subparsers(required=True, metavar="action")
    verify = actions.add_parser("verify", help="check chains, roots, operations, guards; status 1: a break")
    verify.add_argument("--photos", action="store_true", help="read every photo again, too")
    verify.set_defaults(run=_verify)
    actions.add_parser("root", help="make the roots of the days that have ended; again: nothing").set_defaults(
        run=_root
    )
    case = commands.add_parser("case", help="write or check a case file")
    actions = case.add_subparsers(required=True, metavar="action")
    export = actions.add_parser(
        "export", help="write everything about one inspection into a zip that anybody can check"
    )
    export.add_argument("inspection", help="its number or its id")
    export.add_argument("--out", type=Path, required=True, metavar="FILE")
    export.set_defaults(run=_export)
    check = actions.add_parser("verify", help="check a case file; status 0 agrees, 1 differs, 2 cannot be checked")
    check.add_argument("file", type=Path)
    check.add_argument("--key", help="the server's public key: PEM file, JSON file, or its name (--key=NAME)")
    check.add_argument("--root", action="append", default=[], help="a daily root you were given")
    check.set_defaults(run=_check)


def _verify(settings: Settings, asked: argparse.Namespace) -> None:
    files = EvidenceFiles(settings.evidence_dir, settings.data_dir) if asked.photos else None
    engine = open_engine(settings.database_url)
    wrong = 0
    try:
        with open_transactions(engine)[0]() as tx:
            tx.info["scope"] = EVERY_AGENCY
            for name in audit_check.missing_guards(tx):
                wrong += 1
                print(f"guard-missing: {name} (run.py migrate puts it back)")
            for done in audit_check.check(tx, files):
                print(
                    f"{done.agency}: {done.rows} audit rows, {done.roots} daily roots, {done.open_rows} rows without, "
                    f"{done.operations} operations"
                )
                for finding in done.findings:
                    wrong += 1
                    print(f"  {finding.what}: {finding.where}")
    finally:
        engine.dispose()
    print("KHỚP / everything agrees" if not wrong else f"KHÁC / {wrong} differences; the first is the one to look at")
    sys.exit(1 if wrong else 0)


def _root(settings: Settings, _: argparse.Namespace) -> None:
    signer, now = open_signer(settings.signing_key), datetime.now(UTC)
    engine = open_engine(settings.database_url)
    try:
        with open_transactions(engine)[1]() as tx:
            tx.info["scope"] = EVERY_AGENCY
            made = roots.make(tx, signer=signer, now=now)
            tx.commit()
    finally:
        engine.dispose()
    for each in made:
        print(f"{each.day} {each.agency_id} {each.first}-{each.last} {each.root}")


def _export(settings: Settings, asked: argparse.Namespace) -> None:
    signer, now = open_signer(settings.signing_key), datetime.now(UTC)
    files = EvidenceFiles(settings.evidence_dir, settings.data_dir)
    engine = open_engine(settings.database_url)
    reading, writing = open_transactions(engine)
    try:
        with writing() as tx:
            tx.info["scope"] = EVERY_AGENCY
            inspection = case_file.find(tx, asked.inspection)
            case_file.note(tx, inspection, actor=None, now=now)
            tx.commit()
        with reading() as tx:
            tx.info["scope"] = EVERY_AGENCY
            library = Library(FORMS, published_by(open_glances(engine)))
            facts = case_facts.gather(tx, inspection, library=library, signer=signer, now=now)
    finally:
        engine.dispose()
    case_file.check_size(facts)
    draft = asked.out.with_name(f".{asked.out.name}.{os.getpid()}")
    try:
        with draft.open("xb") as file:
            for piece in case_file.write(facts, files, signer):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(asked.out)
    finally:
        draft.unlink(missing_ok=True)
    print(f"{facts.number} → {asked.out} ({asked.out.stat().st_size} bytes), signed by {signer.key}")


def _check(_: Settings, asked: argparse.Namespace) -> None:
    words = [str(asked.file), *(f"--root={each}" for each in asked.root)]
    sys.exit(case_verify.main([*words, f"--key={asked.key}"] if asked.key else words))
