"""Tables of figures: printed, and kept in bench/results as JSON and Markdown."""

import json
import os
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "results"


@dataclass(slots=True)
class Table:
    """One measurement. `goal` is what a row must reach, in words; `notes` say how it was measured."""

    name: str
    title: str
    columns: list[str]
    rows: list[list[Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *cells: Any) -> None:
        assert len(cells) == len(self.columns), f"{len(cells)} cells for {len(self.columns)} columns"
        self.rows.append(list(cells))
        print("  " + " · ".join(f"{name} {_told(cell)}" for name, cell in zip(self.columns, cells, strict=True)))

    def markdown(self) -> str:
        lines = [f"# {self.title}", "", "| " + " | ".join(self.columns) + " |", "|" + "---|" * len(self.columns)]
        lines += ["| " + " | ".join(_told(cell) for cell in row) + " |" for row in self.rows]
        lines += ["", *(f"- {note}" for note in [*self.notes, machine()])]
        return "\n".join(lines) + "\n"

    def keep(self) -> None:
        """Print the table and write it down."""
        FOLDER.mkdir(exist_ok=True)
        day = datetime.now(UTC).date().isoformat()
        kept = {
            "name": self.name,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine(),
            "columns": self.columns,
            "rows": self.rows,
            "notes": self.notes,
        }
        path = FOLDER / f"{day}-{self.name}"
        path.with_suffix(".json").write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")
        path.with_suffix(".md").write_text(self.markdown(), "utf-8")
        print("\n" + self.markdown())


def machine() -> str:
    memory = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    gigabytes = int(memory.split()[1]) / 1024 / 1024
    return f"{os.cpu_count()} cores, {gigabytes:.0f} GiB, {platform.system()}, Python {platform.python_version()}"


def _told(cell: Any) -> str:
    if isinstance(cell, float):
        return f"{cell:,.0f}" if abs(cell) >= 100 else f"{cell:.3g}"
    return str(cell)
