"""The one place where reads are kept inside the reader's agencies."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from sqlalchemy import ClauseElement
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql.visitors import iterate

from inspect_app.domain.people import EVERY_AGENCY, Scope
from inspect_app.store.tables import AgencyOwned, Base

OWNED_TABLES = {mapper.local_table for mapper in Base.registry.mappers if issubclass(mapper.class_, AgencyOwned)}


class ScopeMissing(RuntimeError):
    """An agency's rows were asked for without saying who asks. A mistake of ours, never of the reader."""


def narrow(state: ORMExecuteState) -> None:
    """THE agency filter: every read, update and delete of an agency's rows passes here."""
    if state.is_insert or state.is_column_load or state.is_relationship_load:
        return  # relationships were narrowed with the statement that brought their parent
    scope = state.session.info.get("scope")
    if isinstance(scope, Scope) and scope.agencies is None:
        return
    if not isinstance(scope, Scope) or not state.is_orm_statement:
        # The filter below works on classes; a bare table would slip through it.
        if any(table in OWNED_TABLES for table in iterate(cast("ClauseElement", state.statement))):
            raise ScopeMissing("say who asks (tx.info['scope']), and ask by class, not by table")
        return
    agencies = sorted(scope.agencies or ())
    state.statement = state.statement.options(
        with_loader_criteria(AgencyOwned, lambda owned: owned.agency_id.in_(agencies), include_aliases=True)
    )


@contextmanager
def across_agencies(tx: Session) -> Iterator[None]:
    """Read beyond the own agency for one stated purpose. The few callers are listed in an architecture test."""
    before = tx.info.get("scope")
    tx.info["scope"] = EVERY_AGENCY
    try:
        yield
    finally:
        tx.info["scope"] = before
