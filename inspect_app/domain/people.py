"""Who acts: the roles of the app, the person acting, and what that person may see."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a person is in the app. What the law lets an agency do is another question (domain.authority)."""

    INSPECTOR = "inspector"  # kiểm tra viên: captures and drafts
    LEADER = "leader"  # trưởng đoàn: confirms, signs, opens and closes the visit
    SUPERVISOR = "supervisor"  # người giám sát: assigns, sets deadlines, follows up, closes
    COORDINATOR = "coordinator"  # tổng hợp (Sở Nội vụ): reads all, reports
    AUTHORITY = "authority"  # người có thẩm quyền: records decisions
    ADMIN = "admin"  # quản trị: people, devices, checklists


FIELD_ROLES = frozenset({Role.INSPECTOR, Role.LEADER})
DESK_ROLES = frozenset({Role.LEADER, Role.SUPERVISOR, Role.COORDINATOR, Role.AUTHORITY, Role.ADMIN})


class TeamRole(StrEnum):
    """A member's place in the team of one inspection (NĐ 217/2025 Đ12)."""

    LEADER = "leader"
    DEPUTY = "deputy"
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which agencies' rows may be read or written. `agencies=None` means all of them."""

    agencies: frozenset[str] | None

    @classmethod
    def of(cls, *agencies: str) -> "Scope":
        return cls(frozenset(agencies))

    def covers(self, agency: str) -> bool:
        return self.agencies is None or agency in self.agencies


EVERY_AGENCY = Scope(None)


@dataclass(frozen=True, slots=True)
class Actor:
    """The signed-in person behind a request."""

    id: UUID
    agency: str
    role: Role
    name: str
    username: str

    @property
    def scope(self) -> Scope:
        """A person works in the own agency; the coordinator reads all agencies."""
        return EVERY_AGENCY if self.role is Role.COORDINATOR else Scope.of(self.agency)
