"""Asks axe-core what a person with a disability would stumble over on a page."""

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


def stumbling_blocks(page: Page, within: str = "html") -> list[str]:
    """One line for each thing axe-core objects to; an empty list is the only good answer."""
    assert AXE.is_file(), "axe-core is missing. Run `make venv`"
    # Evaluated by the debugger, so the page's own content security policy stays as it is.
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        "async (within) => (await axe.run(within, { resultTypes: ['violations'] })).violations", within
    )
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]
