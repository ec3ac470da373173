"""Reading clocks: CPU time of whole process trees, percentiles, medians of several runs."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def percentile(sorted_values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie; nearest rank."""
    return sorted_values[min(len(sorted_values) - 1, int(share * len(sorted_values)))]


def median(values: Iterable[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def cpu_seconds(root: int) -> float:
    """User and system time of a process, of all that descend from it, and of its children that have ended."""
    fields = {pid: _stat(pid) for pid in (int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit())}
    known = {pid: stat for pid, stat in fields.items() if stat is not None}
    family, grown = {root}, True
    while grown:
        more = {pid for pid, stat in known.items() if stat[0] in family} - family
        family |= more
        grown = bool(more)
    return sum(known[pid][1] for pid in family if pid in known) / TICK


def memory_megabytes(root: int) -> float:
    """Proportional memory of a process and its children: shared pages are counted once, by shares."""
    total = 0
    for each in Path("/proc").iterdir():
        if each.name.isdigit() and (int(each.name) == root or _parent(int(each.name)) == root):
            try:
                for line in (each / "smaps_rollup").read_text().splitlines():
                    if line.startswith("Pss:"):
                        total += int(line.split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
    return total / 1024


def _parent(pid: int) -> int | None:
    stat = _stat(pid)
    return stat[0] if stat else None


def _stat(pid: int) -> tuple[int, int] | None:
    """(parent, ticks used by the process and by its ended children); None when it has just gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    after_name = text.rpartition(")")[2].split()
    return int(after_name[1]), sum(map(int, after_name[11:15]))
