"""Puts facts into the wording of a template. Facts are text: whatever they hold, they never become structure.

Jinja in its sandbox: an office's template may say `{{ site.name }}`, `{% if … %}`; it reaches nothing but the facts,
and a field that does not exist is an error with its name, not an empty place on a paper.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from jinja2 import StrictUndefined, TemplateError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from inspect_app.domain.paper_templates import BlockTemplate, PaperTemplate, SignerTemplate, TemplateProblem
from inspect_app.domain.papers import Block, BlockKind, Column, Heading, Paper, Picture, Signer, printable

Facts = Mapping[str, Any]
T = TypeVar("T")
# What somebody may have written into a note; a paper of a thousand pages helps nobody.
LONGEST_FACT = 10_000


class FieldMissing(Exception):
    """`place` of the template asks for what the facts do not have, or is not written correctly."""

    def __init__(self, place: str, wrong: str) -> None:
        super().__init__(f"{place}: {wrong}")
        self.place = place
        self.wrong = wrong


def _shown(value: Any) -> Any:
    if value is None:
        return ""
    return printable(value)[:LONGEST_FACT] if isinstance(value, str) else value


_jinja = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, finalize=_shown
)  # plain text, never markup


def fill(template: PaperTemplate, heading: Heading, facts: Facts) -> Paper:
    """The paper. Raises FieldMissing."""
    return Paper(
        kind=template.code,
        heading=heading,
        name=_text(template.name, facts, "name"),
        about=_text(template.about, facts, "about"),
        addressees=tuple(_text(each, facts, "addressees") for each in template.addressees),
        blocks=tuple(block for at, each in enumerate(template.blocks, 1) for block in _blocks(each, facts, at)),
        signers=tuple(signer for at, each in enumerate(template.signers, 1) for signer in _signers(each, facts, at)),
        recipients=tuple(_text(each, facts, "recipients") for each in template.recipients),
    )


def check(template: PaperTemplate, file: str, samples: Sequence[Facts]) -> list[TemplateProblem]:
    """Every piece of the template tried on facts that have everything; each wrong piece is named once."""
    found: dict[str, TemplateProblem] = {}
    for facts in samples:
        for piece in _pieces(template):
            try:
                piece(facts)
            except FieldMissing as missing:
                mend = "sửa tên trường theo templates/documents/README.md, hoặc bỏ khối này"
                found.setdefault(missing.place, TemplateProblem(file, missing.place, missing.wrong, mend))
    return sorted(found.values())


def _pieces(template: PaperTemplate) -> Iterator[Callable[[Facts], object]]:
    lines: dict[str, tuple[str, ...]] = {"name": (template.name,), "about": (template.about,)}
    lines |= {"addressees": template.addressees, "recipients": template.recipients}
    yield from (partial(_text, text, place=place) for place, texts in lines.items() for text in texts)
    yield from (partial(_all, _blocks, each, at) for at, each in enumerate(template.blocks, 1))
    yield from (partial(_all, _signers, each, at) for at, each in enumerate(template.signers, 1))


def _all(fill_in: Callable[[T, Facts, int], Iterator[object]], piece: T, at: int, facts: Facts) -> list[object]:
    return list(fill_in(piece, facts, at))


def _blocks(template: BlockTemplate, facts: Facts, at: int) -> Iterator[Block]:
    place = f"block {at}"
    if not _holds(template.when, facts, place):
        return
    if template.kind is BlockKind.TABLE:
        columns = tuple(Column(each.title, each.width) for each in template.columns)
        rows = tuple(
            tuple(_text(column.text, inner, f"{place} column {column.title}") for column in template.columns)
            for inner in _each(template.each, facts, place)
        )
        yield Block(BlockKind.TABLE, columns=columns, rows=rows)
    elif template.kind is BlockKind.PHOTOS:
        pictures = tuple(
            Picture(str(inner[_name(template.each)]["sha256"]), _text(template.text, inner, place))
            for inner in _each(template.each, facts, place)
        )
        yield Block(BlockKind.PHOTOS, pictures=pictures)
    else:
        for inner in _each(template.each, facts, place) if template.each else [facts]:
            yield Block(template.kind, text=_text(template.text, inner, place))


def _signers(template: SignerTemplate, facts: Facts, at: int) -> Iterator[Signer]:
    place = f"signer {at}"
    if not _holds(template.when, facts, place):
        return
    for inner in _each(template.each, facts, place) if template.each else [facts]:
        yield Signer(
            _text(template.title, inner, place), _text(template.name, inner, place), _text(template.note, inner, place)
        )


def _name(each: str) -> str:
    return each.partition(" in ")[0].strip()


def _each(each: str, facts: Facts, place: str) -> Iterator[Facts]:
    """The facts with one more name for each thing of the list, and `n` counted from 1."""
    name, said, listed = each.partition(" in ")
    if not said or not name.strip().isidentifier():
        raise FieldMissing(place, f"each = {each!r} phải có dạng 'tên in danh_sách'")
    things = _value(listed.strip(), facts, place)
    if not isinstance(things, Sequence) or isinstance(things, str):
        raise FieldMissing(place, f"{listed.strip()} không phải danh sách")
    for n, thing in enumerate(things, 1):
        yield {**facts, name.strip(): thing, "n": n}


def _holds(when: str, facts: Facts, place: str) -> bool:
    return not when or bool(_value(when, facts, place))


def _value(expression: str, facts: Facts, place: str) -> Any:
    def run() -> Any:
        found = _jinja.compile_expression(expression, undefined_to_none=False)(**facts)
        if isinstance(found, StrictUndefined):
            raise FieldMissing(place, f"không có trường {expression}")
        return found

    return _guarded(run, place)


def _text(wording: str, facts: Facts, place: str) -> str:
    return _guarded(lambda: _jinja.from_string(wording).render(facts), place).strip()


def _guarded(do: Callable[[], T], place: str) -> T:
    try:
        return do()
    except (TemplateError, SecurityError, TypeError, ValueError, ArithmeticError) as wrong:
        raise FieldMissing(place, str(wrong)) from wrong
