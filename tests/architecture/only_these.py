"""An import contract of our own: a package that may know the standard library and a short list, nothing else."""

import sys

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class OnlyThese(Contract):
    """Modules of `package` import the standard library, one another, and the modules listed in `also`."""

    type_name = "only_these"

    package = fields.StringField()
    also = fields.SetField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """List every import that leaves the allowance."""
        package = str(self.package)
        strangers: list[str] = []
        for module in sorted({package, *graph.find_descendants(package)}):
            for imported in sorted(graph.find_modules_directly_imported_by(module)):
                if imported == package or imported.startswith(f"{package}."):
                    continue
                strangers += [
                    f"{module}:{detail['line_number']}: {detail['line_contents']}"
                    for detail in graph.get_import_details(importer=module, imported=imported)
                    if not self._allows(imported, detail["line_contents"])
                ]
        return ContractCheck(kept=not strangers, metadata={"strangers": strangers})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print each stranger with its place."""
        for stranger in check.metadata["strangers"]:
            output.print_error(stranger)

    def _allows(self, imported: str, line: str) -> bool:
        # Packages from outside arrive squashed to their first part; the line still says which module is meant.
        first = imported.split(".", maxsplit=1)[0]
        if first in sys.stdlib_module_names:
            return True
        words = line.split()
        return len(words) > 1 and words[0] in {"from", "import"} and words[1] in self._also()

    def _also(self) -> set[str]:
        # The base class replaces a field by its parsed value, which its types do not say.
        listed: object = self.also
        return {str(module) for module in listed} if isinstance(listed, set) else set()
