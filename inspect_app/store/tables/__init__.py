"""Every table of the database, one file per noun."""

from inspect_app.store.tables.accidents import Accident
from inspect_app.store.tables.audit import AuditRow, Marker
from inspect_app.store.tables.base import AgencyOwned, Base
from inspect_app.store.tables.checklists import ChecklistDraft, ChecklistVersion
from inspect_app.store.tables.chores import Chore, ChoreRun
from inspect_app.store.tables.duplicates import DuplicatePair, MatchKey, Merge
from inspect_app.store.tables.evidence import Blob, Photo
from inspect_app.store.tables.figures import MonthRepeats
from inspect_app.store.tables.follow_up import FollowList, FollowRun, Reminder
from inspect_app.store.tables.inspections import Inspection, InspectionChecklist, TeamMember
from inspect_app.store.tables.notices import Mail, Notice, PushSubscription
from inspect_app.store.tables.operations import (
    ChangeRow,
    DeviceChain,
    HeldDecision,
    HeldOperation,
    Operation,
    ScopeCounter,
)
from inspect_app.store.tables.osh_records import HealthRight, OshRecord
from inspect_app.store.tables.papers import PaperRow
from inspect_app.store.tables.people import Agency, AgencyKey, Device, LoginThrottle, Person, SignIn
from inspect_app.store.tables.places import Commune, Organisation, Site, SiteParty, Zone
from inspect_app.store.tables.plans import Absence, Capacity, Interest, Plan, PlanLine
from inspect_app.store.tables.referrals import Referral
from inspect_app.store.tables.remedy import RemedyAnswer, RemedyLink, RemedyProof
from inspect_app.store.tables.reports import ReportDraft, ReportRow, TargetChoice, YearlyFigure
from inspect_app.store.tables.reviews import DangerLook, ImminentDanger, InspectionReturn, Recurrence
from inspect_app.store.tables.risk import RiskWeights, SiteRisk
from inspect_app.store.tables.seals import DayRoot, DeviceKey, Seal, ServerKey, VerifyCode
from inspect_app.store.tables.site_imports import Geocoded, SiteImport, SiteImportRow
from inspect_app.store.tables.site_profile import Equipment, SiteDocument
from inspect_app.store.tables.violations import Violation, ViolationStep
from inspect_app.store.tables.webhooks import Webhook, WebhookDelivery, WebhookTry

__all__ = [
    "Absence",
    "Accident",
    "Agency",
    "AgencyKey",
    "AgencyOwned",
    "AuditRow",
    "Base",
    "Blob",
    "Capacity",
    "ChangeRow",
    "ChecklistDraft",
    "ChecklistVersion",
    "Chore",
    "ChoreRun",
    "Commune",
    "DangerLook",
    "DayRoot",
    "Device",
    "DeviceChain",
    "DeviceKey",
    "DuplicatePair",
    "Equipment",
    "FollowList",
    "FollowRun",
    "Geocoded",
    "HealthRight",
    "HeldDecision",
    "HeldOperation",
    "ImminentDanger",
    "Inspection",
    "InspectionChecklist",
    "InspectionReturn",
    "Interest",
    "LoginThrottle",
    "Mail",
    "Marker",
    "MatchKey",
    "Merge",
    "MonthRepeats",
    "Notice",
    "Operation",
    "Organisation",
    "OshRecord",
    "PaperRow",
    "Person",
    "Photo",
    "Plan",
    "PlanLine",
    "PushSubscription",
    "Recurrence",
    "Referral",
    "RemedyAnswer",
    "RemedyLink",
    "RemedyProof",
    "Reminder",
    "ReportDraft",
    "ReportRow",
    "RiskWeights",
    "ScopeCounter",
    "Seal",
    "ServerKey",
    "SignIn",
    "Site",
    "SiteDocument",
    "SiteImport",
    "SiteImportRow",
    "SiteParty",
    "SiteRisk",
    "TargetChoice",
    "TeamMember",
    "VerifyCode",
    "Violation",
    "ViolationStep",
    "Webhook",
    "WebhookDelivery",
    "WebhookTry",
    "YearlyFigure",
    "Zone",
]
