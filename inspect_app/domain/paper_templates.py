"""What a template of a paper says: the wording an office may change, before any facts are put in."""

from dataclasses import dataclass

from inspect_app.domain.papers import BlockKind


@dataclass(frozen=True, slots=True)
class ColumnTemplate:
    title: str
    width: int
    text: str


@dataclass(frozen=True, slots=True)
class BlockTemplate:
    """`when`: an expression that must be true; `each`: "name in list", the block is repeated (a table: its rows)."""

    kind: BlockKind
    text: str = ""
    when: str = ""
    each: str = ""
    columns: tuple[ColumnTemplate, ...] = ()


@dataclass(frozen=True, slots=True)
class SignerTemplate:
    title: str
    name: str
    note: str = ""
    when: str = ""
    each: str = ""


@dataclass(frozen=True, slots=True)
class PaperTemplate:
    """`symbol`: the letters after the number, "12/BB-KT"; empty for papers without a number of their own.

    `about_what`: what one paper is drawn up for: inspection | violations.
    """

    code: str
    title: str  # what people call it in a list
    name: str
    about: str
    symbol: str
    with_agency: bool  # the agency's letters follow the symbol: 12/SXD-KT
    about_what: str
    blocks: tuple[BlockTemplate, ...]
    signers: tuple[SignerTemplate, ...]
    addressees: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class TemplateProblem:
    """One thing to mend, in words for the person who writes templates."""

    file: str
    place: str
    wrong: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file} {self.place}: {self.wrong}. → {self.mend}"
