"""The one way a rule says no: a code that never changes and the facts it was decided on."""


class RuleBroken(Exception):
    """A rule of the trade refuses. `code` is in the catalogue of problems; `facts` fill its message."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code} ({told})" if told else self.code
