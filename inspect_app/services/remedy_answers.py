"""What the office answers to proof: accepted, or asked again with a comment that the establishment's page shows."""

from datetime import datetime
from uuid import UUID

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.laws import Laws
from inspect_app.domain.people import Actor
from inspect_app.domain.remedy_links import OPEN_TO_PROOF, Result
from inspect_app.domain.violations import Facts, Remedy, Step
from inspect_app.services import registry
from inspect_app.services.remedy_links import find, findings_of
from inspect_app.services.steps import take_step
from inspect_app.store import audit
from inspect_app.store import remedy as store
from inspect_app.store.database import Tx
from inspect_app.store.tables import RemedyAnswer, RemedyProof, Violation

_BEFORE_REPORT = frozenset({Remedy.REMEDY_REQUESTED, Remedy.REMEDYING})
LONGEST_COMMENT = 2000


def answer(
    tx: Tx,
    answer_id: UUID,
    link_id: UUID,
    violation: UUID,
    result: Result,
    comment: str,
    *,
    through: int,
    version: int,
    actor: Actor,
    now: datetime,
    laws: Laws,
) -> RemedyAnswer:
    """Answer the proofs up to number `through`, as they were seen with this version of the finding.

    Accepting records the report and accepts it, on the track like any step; closing stays another person's. The same
    form sent twice answers once. RuleBroken: unknown-remedy-link, not-found, facts-missing, changed-meanwhile,
    wrong-step, other-agency and those of services.steps.
    """
    link = find(tx, link_id, lock=True)
    there = store.answer(tx, answer_id)
    if there is not None:
        return there
    if not comment.strip():
        raise RuleBroken("facts-missing", step=result.value, missing=["reason"])
    row = next((each for each in findings_of(tx, link) if each.id == violation), None)
    seen = [each for each in store.sent(tx, [link.id]).proofs[violation] if each.n <= through]
    if row is None or not seen:
        raise RuleBroken("not-found")
    if row.agency_id != actor.agency:
        raise RuleBroken("other-agency", agency=row.agency_id)
    if row.version != version:
        raise RuleBroken("changed-meanwhile", version=row.version)
    _step(tx, row, result, comment.strip(), seen, actor, now, laws)
    told = RemedyAnswer(
        id=answer_id,
        agency_id=link.agency_id,
        link_id=link.id,
        inspection_id=link.inspection_id,
        violation_id=violation,
        through=seen[-1].n,
        result=result.value,
        comment=comment.strip(),
        actor_id=actor.id,
        at=now,
    )
    tx.add(told)
    tx.flush()
    subject = f"inspection:{link.inspection_id}"
    audit.note(tx, audit.Entry(link.agency_id, actor.id, "remedy.answered", subject, now, facts_of(told)))
    return told


def _step(
    tx: Tx,
    row: Violation,
    result: Result,
    comment: str,
    seen: list[RemedyProof],
    actor: Actor,
    now: datetime,
    laws: Laws,
) -> None:
    status = Remedy(row.remedy_status)
    if result is Result.ACCEPTED:
        if status in _BEFORE_REPORT:
            came = Facts(date=local_day(seen[-1].received_at))
            take_step(tx, row.id, Step.RECEIVE_REPORT, came, version=row.version, actor=actor, now=now, laws=laws)
        last = Facts(reason=comment)
        take_step(tx, row.id, Step.ACCEPT_REPORT, last, version=row.version, actor=actor, now=now, laws=laws)
    elif status is Remedy.REPORTED:
        again = Facts(reason=comment)
        take_step(tx, row.id, Step.ASK_AGAIN, again, version=row.version, actor=actor, now=now, laws=laws)
    elif status not in OPEN_TO_PROOF:
        raise RuleBroken("wrong-step", step=result.value, track="remedy", status=status.value)


def facts_of(told: RemedyAnswer) -> dict[str, object]:
    """What the audit says about an answer, and what the case file is compared with."""
    return {
        "answer": str(told.id),
        "link": str(told.link_id),
        "violation": str(told.violation_id),
        "through": told.through,
        "result": told.result,
        "comment": told.comment,
    }


def original(tx: Tx, link_id: UUID, proof_id: UUID, *, actor: Actor, now: datetime) -> RemedyProof:
    """The file as it was received; that somebody took it is noted. RuleBroken "not-found"."""
    proof = shown(tx, link_id, proof_id)
    facts: dict[str, object] = {"proof": str(proof.id), "sha256": proof.sha256}
    subject = f"inspection:{proof.inspection_id}"
    audit.note(tx, audit.Entry(proof.agency_id, actor.id, "remedy.original-read", subject, now, facts))
    return proof


def shown(tx: Tx, link_id: UUID, proof_id: UUID) -> RemedyProof:
    """RuleBroken "not-found", also for another agency's."""
    proof = store.proof(tx, link_id, proof_id)
    if proof is None:
        raise RuleBroken("not-found")
    return proof


def of_finding(tx: Tx, violation: UUID) -> list[RemedyProof]:
    """What came about one finding, for its own page. RuleBroken "unknown-violation"."""
    return store.of_violation(tx, registry.get(tx, violation).id)
