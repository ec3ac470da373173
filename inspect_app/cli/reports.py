"""`report annual`: the annual report to a file."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from inspect_app.cli.database import in_transaction
from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.outside import table_files
from inspect_app.services import paper_print, report_content, reports
from inspect_app.services.paper_print import Check
from inspect_app.settings import Settings

DOCUMENTS = Path(__file__).parent.parent.parent / "templates" / "documents"
FORMS = (".pdf", ".docx", ".xlsx", ".csv")


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    report = commands.add_parser("report", help="reports to a file")
    actions = report.add_subparsers(required=True, metavar="report")
    annual = actions.add_parser("annual", help="the annual report of one agency, or of all of them together")
    annual.add_argument("file", type=Path, help=f"what to write; its ending says how: {', '.join(FORMS)}")
    annual.add_argument("--year", type=int, help="default: this year")
    annual.add_argument("--agency", help="one agency's report (default: the consolidated one)")
    annual.set_defaults(run=_annual)


def _annual(settings: Settings, asked: argparse.Namespace) -> None:
    form = asked.file.suffix.lower()
    if form not in FORMS:
        raise RuleBroken("bad-request", file=asked.file.name, endings=", ".join(FORMS))
    now = datetime.now(UTC)
    year = asked.year or local_day(now).year
    kind = reports.AGENCY if asked.agency else reports.CONSOLIDATED
    agency = asked.agency or reports.COORDINATOR
    report = in_transaction(settings, lambda tx: reports.build(tx, year, kind, agency, now=now))
    if form == ".pdf":
        paper = report_content.paper(report)
        content = paper_print.as_pdf(paper, DOCUMENTS, pictures=lambda _: None, check=Check(), made_at=now)
        asked.file.write_bytes(content)
    elif form == ".docx":
        paper = report_content.paper(report)
        asked.file.write_bytes(paper_print.as_word(paper, DOCUMENTS, pictures=lambda _: None, check=Check()))
    else:
        write = table_files.write_csv if form == ".csv" else table_files.write_xlsx
        with asked.file.open("w+b") as file:
            write(file, report_content.TABLE_COLUMNS, report_content.table(report))
    print(f"report: {year}, {agency}, {len(report.figures)} figures, {asked.file}")
