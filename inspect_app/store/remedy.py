"""Reads of the establishment's links: the door itself, what came through it, and what waits for an answer."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, select, tuple_
from sqlalchemy.orm import Session

from inspect_app.store.tables import (
    Agency,
    Blob,
    Inspection,
    Organisation,
    Person,
    Photo,
    RemedyAnswer,
    RemedyLink,
    RemedyProof,
    Violation,
)


@dataclass(frozen=True, slots=True)
class Sent:
    """The proofs and the answers about each finding, in their order."""

    proofs: dict[UUID, list[RemedyProof]]
    answers: dict[UUID, list[RemedyAnswer]]
    names: dict[UUID, str]  # of those who answered

    def waits(self, violation: UUID) -> int:
        """How many proofs came after the last answer."""
        seen = max((each.through for each in self.answers[violation]), default=0)
        return sum(each.n > seen for each in self.proofs[violation])


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A link in a list."""

    link: RemedyLink
    number: str
    organisation: str
    agency: str
    proofs: int
    last_at: datetime | None
    waits: bool


def by_token(tx: Session, token_sha256: str) -> RemedyLink | None:
    """The door behind a token; asked in the scope of everybody, because nobody has signed in."""
    return tx.scalar(select(RemedyLink).where(RemedyLink.token_sha256 == token_sha256))


def one(tx: Session, link: UUID, *, lock: bool = False) -> RemedyLink | None:
    asked = select(RemedyLink).where(RemedyLink.id == link)
    return tx.scalar(asked.with_for_update() if lock else asked)


def of_inspection(tx: Session, inspection: UUID) -> list[RemedyLink]:
    asked = select(RemedyLink).where(RemedyLink.inspection_id == inspection)
    return list(tx.scalars(asked.order_by(RemedyLink.made_at.desc(), RemedyLink.id)))


def findings(tx: Session, inspection: UUID) -> list[Violation]:
    """All findings of a visit."""
    asked = select(Violation).where(Violation.inspection_id == inspection)
    return list(tx.scalars(asked.order_by(Violation.severity.desc(), Violation.item)))


def organisations(tx: Session, ids: Collection[UUID]) -> dict[UUID, Organisation]:
    found = tx.scalars(select(Organisation).where(Organisation.id.in_(sorted(ids))))
    return {each.id: each for each in found}


def shown_photos(tx: Session, inspection: UUID, items: Collection[str]) -> list[Photo]:
    """Photos of these items that were not taken back and whose bytes are here, each file once."""
    asked = (
        select(Photo)
        .join(Blob, and_(Blob.agency_id == Photo.agency_id, Blob.sha256 == Photo.sha256, Blob.state == "complete"))
        .where(Photo.inspection_id == inspection, Photo.item.in_(sorted(items)), Photo.withdrawn.is_(None))
        .order_by(Photo.taken_at, Photo.id)
    )
    return list({(each.item, each.sha256): each for each in tx.scalars(asked)}.values())


def sent(tx: Session, links: Sequence[UUID]) -> Sent:
    """What came through these links and what was answered."""
    proofs: dict[UUID, list[RemedyProof]] = defaultdict(list)
    answers: dict[UUID, list[RemedyAnswer]] = defaultdict(list)
    asked = select(RemedyProof).where(RemedyProof.link_id.in_(links))
    for proof in tx.scalars(asked.order_by(RemedyProof.link_id, RemedyProof.n)):
        proofs[proof.violation_id].append(proof)
    told = select(RemedyAnswer).where(RemedyAnswer.link_id.in_(links))
    for answer in tx.scalars(told.order_by(RemedyAnswer.at, RemedyAnswer.id)):
        answers[answer.violation_id].append(answer)
    people = {each.actor_id for rows in answers.values() for each in rows}
    rows = tx.execute(select(Person.id, Person.name).where(Person.id.in_(sorted(people)))) if people else ()
    return Sent(proofs, answers, {row[0]: row[1] for row in rows})


def of_visit(tx: Session, inspection: UUID) -> tuple[list[RemedyLink], list[RemedyProof], list[RemedyAnswer]]:
    """Everything about one visit, for its case file."""
    proofs = select(RemedyProof).where(RemedyProof.inspection_id == inspection)
    answers = select(RemedyAnswer).where(RemedyAnswer.inspection_id == inspection)
    return (
        list(reversed(of_inspection(tx, inspection))),
        list(tx.scalars(proofs.order_by(RemedyProof.received_at, RemedyProof.link_id, RemedyProof.n))),
        list(tx.scalars(answers.order_by(RemedyAnswer.at, RemedyAnswer.id))),
    )


def proof(tx: Session, link: UUID, proof_id: UUID) -> RemedyProof | None:
    return tx.scalar(select(RemedyProof).where(RemedyProof.link_id == link, RemedyProof.id == proof_id))


def answer(tx: Session, answer_id: UUID) -> RemedyAnswer | None:
    return tx.scalar(select(RemedyAnswer).where(RemedyAnswer.id == answer_id))


def of_violation(tx: Session, violation: UUID) -> list[RemedyProof]:
    """What any link brought about one finding."""
    return list(tx.scalars(select(RemedyProof).where(RemedyProof.violation_id == violation)))


def proofs_of(tx: Session, agency: str) -> Iterator[RemedyProof]:
    """Every proof of an agency, for comparing them with the audit."""
    asked = select(RemedyProof).where(RemedyProof.agency_id == agency).order_by(RemedyProof.id)
    yield from tx.scalars(asked.execution_options(yield_per=500))


def answers_of(tx: Session, agency: str) -> Iterator[RemedyAnswer]:
    asked = select(RemedyAnswer).where(RemedyAnswer.agency_id == agency).order_by(RemedyAnswer.id)
    yield from tx.scalars(asked.execution_options(yield_per=500))


# --- lists ----------------------------------------------------------------------------------------


def _unanswered() -> ColumnElement[bool]:
    """The link has a proof that came after the last answer about its finding."""
    seen = (
        select(func.coalesce(func.max(RemedyAnswer.through), 0))
        .where(RemedyAnswer.link_id == RemedyProof.link_id, RemedyAnswer.violation_id == RemedyProof.violation_id)
        .correlate(RemedyProof)
        .scalar_subquery()
    )
    return exists().where(RemedyProof.link_id == RemedyLink.id, RemedyProof.n > seen)


def count_waiting(tx: Session) -> int:
    """Links with proofs that nobody has answered."""
    return tx.scalar(select(func.count(RemedyLink.id)).where(_unanswered())) or 0


def page(
    tx: Session, *, waiting: bool, after: tuple[datetime, UUID] | None, limit: int
) -> tuple[list[LinkLine], tuple[datetime, UUID] | None]:
    """Links, newest first; waiting: only those with proofs that nobody has answered."""
    # fmt: off
    numbers = select(func.count(RemedyProof.id)).where(RemedyProof.link_id == RemedyLink.id).scalar_subquery()
    last = select(func.max(RemedyProof.received_at)).where(RemedyProof.link_id == RemedyLink.id).scalar_subquery()
    # fmt: on
    asked = (
        select(RemedyLink, Inspection.number, Organisation.name, Agency.short_name, numbers, last, _unanswered())
        .join(Inspection, Inspection.id == RemedyLink.inspection_id)
        .join(Organisation, Organisation.id == RemedyLink.organisation_id)
        .join(Agency, Agency.id == RemedyLink.agency_id)
    )
    if waiting:
        asked = asked.where(_unanswered())
    if after is not None:
        asked = asked.where(tuple_(RemedyLink.made_at, RemedyLink.id) < after)
    rows = tx.execute(asked.order_by(RemedyLink.made_at.desc(), RemedyLink.id.desc()).limit(limit + 1)).all()
    lines = [LinkLine(*row) for row in rows[:limit]]
    return lines, (lines[-1].link.made_at, lines[-1].link.id) if len(rows) > limit else None
