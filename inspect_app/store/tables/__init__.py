"""Every table of the database, one file per noun."""

from inspect_app.store.tables.audit import AuditRow, Marker
from inspect_app.store.tables.base import AgencyOwned, Base
from inspect_app.store.tables.checklists import ChecklistDraft, ChecklistVersion
from inspect_app.store.tables.evidence import Blob, Photo
from inspect_app.store.tables.inspections import Inspection, InspectionChecklist, TeamMember
from inspect_app.store.tables.operations import (
    ChangeRow,
    DeviceChain,
    HeldDecision,
    HeldOperation,
    Operation,
    ScopeCounter,
)
from inspect_app.store.tables.papers import PaperRow
from inspect_app.store.tables.people import Agency, AgencyKey, Device, LoginThrottle, Person, SignIn
from inspect_app.store.tables.places import Commune, Organisation, Site, SiteParty, Zone
from inspect_app.store.tables.seals import DayRoot, DeviceKey, Seal, ServerKey, VerifyCode
from inspect_app.store.tables.violations import Violation, ViolationStep

__all__ = [
    "Agency",
    "AgencyKey",
    "AgencyOwned",
    "AuditRow",
    "Base",
    "Blob",
    "ChangeRow",
    "ChecklistDraft",
    "ChecklistVersion",
    "Commune",
    "DayRoot",
    "Device",
    "DeviceChain",
    "DeviceKey",
    "HeldDecision",
    "HeldOperation",
    "Inspection",
    "InspectionChecklist",
    "LoginThrottle",
    "Marker",
    "Operation",
    "Organisation",
    "PaperRow",
    "Person",
    "Photo",
    "ScopeCounter",
    "Seal",
    "ServerKey",
    "SignIn",
    "Site",
    "SiteParty",
    "TeamMember",
    "VerifyCode",
    "Violation",
    "ViolationStep",
    "Zone",
]
