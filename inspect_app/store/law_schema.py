"""The shape of the law files, block by block; what the blocks mean together is checked in law_files."""

from inspect_app.domain.authority import Action, Answer
from inspect_app.domain.checklists import Confidence
from inspect_app.domain.penalties import PrintedBasis
from inspect_app.store.checklist_schema import Shape, day, flag, list_of, number, one_of, table_of, text, whole

MOST_VND = 10_000_000_000
GROUPS = (
    "noise",
    "noise-place",
    "temperature",
    "humidity",
    "air",
    "radiant",
    "light",
    "dust",
    "chemical",
    "confined",
    "training",
    "retraining",
    "health",
    "monitoring",
    "staffing",
    "scaffold",
)


class AmendedShape(Shape):
    by = text(required=True)
    on = day(required=True)
    what = text(load_default="")


class LawShape(Shape):
    id = text(required=True)
    number = text(required=True)
    title = text(required=True)
    label = text(required=True)
    confidence = one_of(list(Confidence), required=True)
    issued = day(load_default=None)
    in_force = day(load_default=None)
    replaced_on = day(load_default=None)
    replaced_by = text(load_default=None)
    amended = list_of(table_of(AmendedShape), load_default=list)
    source = text(load_default="")
    note = text(load_default="")


class ProvisionShape(Shape):
    law = text(required=True)
    at = text(required=True)
    gist = text(required=True)
    confidence = one_of(list(Confidence), required=True)
    valid_from = day(load_default=None)
    valid_to = day(load_default=None)
    source = text(load_default="")


class TierShape(Shape):
    least = whole(0, 1_000_000, required=True)
    most = whole(0, 1_000_000, load_default=None)
    min = whole(0, MOST_VND, required=True)
    max = whole(0, MOST_VND, required=True)


class PenaltyShape(Shape):
    code = text(required=True)
    decree = text(required=True)
    clause = text(required=True)
    conduct = text(required=True)
    printed_basis = one_of(list(PrintedBasis), required=True)
    min = whole(0, MOST_VND, load_default=None)
    max = whole(0, MOST_VND, load_default=None)
    organisation_only = flag(load_default=False)
    tiers = list_of(table_of(TierShape), load_default=list)
    scale = text(load_default="")
    per = text(load_default="")
    cap = whole(0, MOST_VND, load_default=None)
    additional = list_of(text(), load_default=list)
    replaces = list_of(text(), load_default=list)
    valid_from = day(load_default=None)
    valid_to = day(load_default=None)
    confidence = one_of(list(Confidence), load_default=Confidence.VERIFIED)
    source = text(load_default="")
    note = text(load_default="")


class FieldShape(Shape):
    """Lĩnh vực: the highest fine and the limitation."""

    id = text(required=True)
    label = text(required=True)
    decree = text(required=True)
    first_article = whole(1, 10_000, load_default=1)
    last_article = whole(1, 10_000, load_default=10_000)
    most_individual = whole(0, MOST_VND, required=True)
    limitation_months = whole(1, 120, required=True)
    repeated = one_of(["each", "once"], required=True)
    ground = text(required=True)
    confidence = one_of(list(Confidence), required=True)


class AgencyShape(Shape):
    id = text(required=True)
    label = text(required=True)
    is_highest = flag(load_default=False)


class AddresseeShape(Shape):
    decree = text(required=True)
    agency = text(required=True)


class AuthorityShape(Shape):
    decree = text(required=True)
    agency = text(required=True)
    action = one_of(list(Action), required=True)
    answer = one_of([Answer.YES, Answer.CONDITIONAL, Answer.NO], required=True)
    title = text(load_default="")
    most_individual = whole(0, MOST_VND, load_default=None)
    share_percent = whole(1, 100, load_default=None)
    condition = text(load_default="")
    ground = text(required=True)
    confidence = one_of(list(Confidence), required=True)
    first_article = whole(0, 10_000, load_default=0)
    last_article = whole(1, 10_000, load_default=10_000)
    codes = list_of(text(), load_default=list)
    valid_from = day(load_default=None)
    valid_to = day(load_default=None)


class LimitShape(Shape):
    group = one_of(GROUPS, required=True)
    label = text(required=True)
    unit = text(required=True)
    min = number(load_default=None)
    max = number(load_default=None)
    when = text(load_default="")
    minutes = number(load_default=None)
    law = text(required=True)
    at = text(load_default="")
    confidence = one_of(list(Confidence), required=True)
    note = text(load_default="")
    source = text(load_default="")
    valid_from = day(load_default=None)
    valid_to = day(load_default=None)


class LawFileShape(Shape):
    law = list_of(table_of(LawShape), load_default=list)
    provision = list_of(table_of(ProvisionShape), most=2_000, load_default=list)
    penalty = list_of(table_of(PenaltyShape), most=2_000, load_default=list)
    field = list_of(table_of(FieldShape), load_default=list)
    agency = list_of(table_of(AgencyShape), load_default=list)
    addressee = list_of(table_of(AddresseeShape), load_default=list)
    authority = list_of(table_of(AuthorityShape), most=1_000, load_default=list)
    limit = list_of(table_of(LimitShape), most=1_000, load_default=list)
