"""A form in Excel with many rows: time and memory of reading it, in a process of its own."""

import io
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import xlsxwriter

from bench.results import Table
from inspect_app.domain.xlsform_out import CHOICES, LABEL, LABEL_EN, SETTINGS, VI
from inspect_app.services import checklist_import
from inspect_app.store.checklist_files import Library

FORMS = Path(__file__).parent.parent / "forms"
ROWS = 10_000
RUNS = 5
HEADERS = (
    "type", "name", LABEL, LABEL_EN, "required", "relevant", "severity", "evidence", "basis", "remedy_days", "phrases",
)  # fmt: skip


def main(*, quick: bool = False) -> None:
    table = Table("xlsform", "Importing a form in Excel", ["rows", "seconds", "CPU s", "MB of memory", "remarks"])
    for rows in (200, 1_000 if quick else ROWS):
        runs = [_run(rows) for _ in range(1 if quick else RUNS)]
        for told in runs:
            table.add(rows, told["seconds"], told["cpu"], told["memory"], told["remarks"])
    table.notes.append("goal: 10,000 rows in 5 s and 200 MB; a checklist has at most 200 items, the rest is told")
    table.keep()


def _run(rows: int) -> dict[str, float]:
    words = [sys.executable, "-m", "bench.xlsform", str(rows)]
    told: dict[str, float] = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    return told


def measured(data: bytes) -> dict[str, float]:
    """What one import costs, from bytes to the last remark. Making the file is another process's affair."""
    library = Library(FORMS)
    began, cpu = time.perf_counter(), time.process_time()
    found = checklist_import.read(data, library)
    return {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "remarks": len(found.remarks),
    }


def a_form(rows: int) -> bytes:
    """Every question depends on the first and carries all that a department would write."""
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"constant_memory": True}) as book:
        questions = [_question(number) for number in range(1, rows + 1)]
        _fill(book.add_worksheet("survey"), [HEADERS, *questions])
        choices = [("pf", "pass", "Đạt", "Pass", "pass"), ("pf", "fail", "Không đạt", "Fail", "fail")]
        _fill(book.add_worksheet("choices"), [CHOICES, *choices])
        head = ("Phiếu đo", "XY", "1", VI, "Measured", "Sở Nội vụ", "KCN", "2026-11-01")
        _fill(book.add_worksheet("settings"), [SETTINGS, head])
    return kept.getvalue()


def _question(number: int) -> tuple[str, ...]:
    when = "${XY_1} = 'fail'" if number > 1 else ""
    ask, ask_en = f"Câu hỏi số {number} về an toàn lao động tại nơi kiểm tra", f"Question {number} about safety"
    basis = "QCVN18-2021 | mục 2.7 | title-only"
    return ("select_one pf", f"XY_{number}", ask, ask_en, "yes", when, "3", "photo", basis, "7", "Một lỗi\nHai lỗi")


def _fill(sheet: "xlsxwriter.worksheet.Worksheet", rows: list[tuple[str, ...]]) -> None:
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write_string(number, place, cell)


if __name__ == "__main__":
    import tempfile

    with tempfile.NamedTemporaryFile(suffix=".xlsx") as made:
        # Its own process: the memory of making the file must not count.
        script = f"from bench.xlsform import a_form; open({made.name!r}, 'wb').write(a_form({int(sys.argv[1])}))"
        subprocess.run([sys.executable, "-c", script], check=True)
        print(json.dumps(measured(Path(made.name).read_bytes())))
