"""Invented data for trying the app: plausible for the province, marked as invented, refused in production."""

from datetime import UTC, datetime
from pathlib import Path

from inspect_app.demo import cast, filling
from inspect_app.demo.password import kept_password
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import EVERY_AGENCY
from inspect_app.settings import Settings
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import open_engine, open_transactions
from inspect_app.store.evidence_files import EvidenceFiles


def run_demo(settings: Settings, forms: Path, *, only_if_empty: bool) -> None:
    """Fill a migrated database and print the accounts. RuleBroken: demo-in-production, not-empty.

    `only_if_empty`: other people's data are left alone without complaint.
    """
    if settings.is_production:
        raise RuleBroken("demo-in-production", INSPECT_ENV="production")
    engine = open_engine(settings.database_url)
    try:
        writing = open_transactions(engine)[1]
        with writing() as tx:
            tx.info["scope"] = EVERY_AGENCY
            is_foreign = not filling.is_demo(tx) and not filling.is_empty(tx)
        if is_foreign and only_if_empty:
            print("Cơ sở dữ liệu đã có dữ liệu khác: không thêm dữ liệu giả định. / Other data are here: no demo data.")
            return
        password = kept_password(settings.data_dir)
        evidence = EvidenceFiles(settings.evidence_dir, settings.data_dir)
        secret = settings.secret_key
        report = filling.fill(writing, evidence, Library(forms), datetime.now(UTC), password=password, secret=secret)
    finally:
        engine.dispose()
    _print(report, password)


def _print(report: filling.DemoReport, password: str) -> None:
    print("Dữ liệu giả định để dùng thử / invented data for trying the app:")
    visits = sum(report.inspections.values())
    print(f"  {report.sites} sites, {visits} inspections, {report.violations} violations, {report.photos} photos")
    for username, name, title in cast.usernames():
        print(f"  {username:<24} {name}, {title}")
    print(f"demo password: {password}")
