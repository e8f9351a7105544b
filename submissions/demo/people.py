"""The demonstration's units and accounts. Every name is invented and says 演示."""

from dataclasses import dataclass
from datetime import datetime

from members.models import Event, Unit, UnitAlias, User
from members.roles import Role

PASSWORD = "Yanshi-2026"  # noqa: S105  (printed for everyone: demo accounts have no secrets)

# name, short name, parent, other names under which it signs
UNITS = (
    ("中共望海区委员会", "望海区委", None, ()),
    ("中共望海区委组织部", "望海区委组织部", "望海区委", ("望海区委组织部调研组",)),
    ("中共望海区委党校", "望海区委党校", "望海区委", ("望海区委党校课题组",)),
    ("望海区委人才工作领导小组办公室", "", "望海区委", ()),
    ("望海区青年人才服务中心", "", "望海区委", ()),
    ("望海区政务服务中心党支部", "", "望海区委", ()),
    ("市直机关党务工作联络组", "", None, ()),
    ("中共临港镇委员会", "临港镇党委", "望海区委", ()),
    ("临港镇渔港党支部", "", "临港镇党委", ()),
    ("石溪村党支部", "", "临港镇党委", ()),
    ("榕岭村党支部", "", "临港镇党委", ()),
    ("南坡村党支部", "", "临港镇党委", ()),
    ("中共青屿镇委员会", "青屿镇党委", "望海区委", ()),
    ("灯塔湾小学党支部", "", "青屿镇党委", ()),
    ("椰塘街道党工委", "", "望海区委", ()),
    ("椰塘社区党委", "", "椰塘街道党工委", ()),
    ("白鹭洲街道党工委", "", "望海区委", ()),
    ("白鹭洲社区党委", "", "白鹭洲街道党工委", ()),
)

# The unit whose manuscripts its liaison passes on with the leader's sheet.
ENDORSING = "椰塘社区党委"


@dataclass(frozen=True)
class Account:
    key: str
    login_name: str
    name: str
    role: Role
    unit: str = ""


ACCOUNTS = (
    Account("读者", "13800000001", "覃小雨（演示）", Role.READER),
    Account("投稿人甲", "13800000002", "冯岚（演示）", Role.CONTRIBUTOR, "临港镇党委"),
    Account("投稿人乙", "13800000003", "林知远（演示）", Role.CONTRIBUTOR, "望海区委党校"),
    Account("通讯员", "13800000004", "江映月（演示）", Role.LIAISON, "椰塘社区党委"),
    Account("编辑", "13800000005", "谢云舟（演示）", Role.EDITOR),
    Account("另一位编辑", "13800000006", "黎清和（演示）", Role.EDITOR),
    Account("主任", "13800000007", "蔡思齐（演示）", Role.MANAGING_EDITOR),
    Account("主编", "13800000008", "许南乔（演示）", Role.CHIEF_EDITOR),
    Account("校对", "13800000009", "方未晞（演示）", Role.PROOFREADER),
    Account("管理员", "13800000010", "温北辰（演示）", Role.ADMINISTRATOR),
)


def make_units() -> dict[str, Unit]:
    """The units by their short names."""
    units: dict[str, Unit] = {}
    for name, short_name, parent, aliases in UNITS:
        unit = Unit.objects.create(
            name=name,
            short_name=short_name,
            parent=units.get(parent),
            endorsement_required=(short_name or name) == ENDORSING,
        )
        UnitAlias.objects.bulk_create(UnitAlias(unit=unit, name=alias) for alias in aliases)
        units[short_name or name] = unit
    return units


def make_people(units: dict[str, Unit], since: datetime) -> dict[str, User]:
    """One approved account a role (contributors and editors two), by key; all with the demonstration's password."""
    people: dict[str, User] = {}
    for account in ACCOUNTS:
        user = User.objects.create_user(
            account.login_name,
            name=account.name,
            phone=account.login_name,
            unit=units.get(account.unit),
            roles=[account.role],
            approved_at=since,
            date_joined=since,
        )
        people[account.key] = user
    # One hash for all: ten slow ones would be most of the loading time.
    first = people["读者"]
    first.set_password(PASSWORD)
    User.objects.filter(pk__in=[user.pk for user in people.values()]).update(password=first.password)
    return people


def ask_for_account(now: datetime) -> None:
    """Somebody new waits for the office's approval; without a password nobody signs in as them."""
    user = User.objects.create_user(
        "13800000011", name="申屠晓（演示）", unit_claimed="灯塔湾小学", roles=[Role.CONTRIBUTOR], date_joined=now
    )
    Event.objects.record(user, "申请账号", user, note=user.unit_claimed, at=now)


def account_lines() -> list[str]:
    """What the command prints: role, name, login name; the password once."""
    lines = [f"  {account.login_name}  {account.role.label}  {account.name}" for account in ACCOUNTS]
    return ["演示账号（密码都是 " + PASSWORD + "）：", *lines]
