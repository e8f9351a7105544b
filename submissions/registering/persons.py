"""Whose manuscript it is: members found by name, number or unit, and who is not known yet entered as a contributor."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from members.models import PHONE, Event, Unit, User, normal_login_name, validate_login_name
from members.roles import Role

from ..refusals import Refused

MOST_FOUND = 8


class PersonExists(Refused):
    """The phone number or address belongs to somebody already; `person` is proposed."""

    def __init__(self, person: User):
        self.person = person
        unit = f"（{person.unit}）" if person.unit else ""
        super().__init__(
            f"{person.login_name} 已经登记过，是{person.name}{unit}。就是这位的话请点选；不是，请核对号码。"
        )


def find_people(words: str) -> list[User]:
    """Approved members by name, login name, phone or unit; an exact name or number comes first."""
    words = words.strip()
    if not words:
        return []
    number = normal_login_name(words)
    approved = User.objects.filter(is_active=True, approved_at__isnull=False).select_related("unit")
    exact = list(
        approved.filter(Q(name=words) | Q(login_name=number) | Q(phone=number) | Q(email__iexact=words))[:MOST_FOUND]
    )
    if exact:
        return exact
    near = Q(name__icontains=words) | Q(login_name__icontains=number) | Q(phone__icontains=number)
    return list(
        approved.filter(near | Q(unit__name__icontains=words) | Q(unit__short_name__icontains=words))[:MOST_FOUND]
    )


def find_person(group: dict, who: str) -> None:
    """Look up whom the words name: one match is taken, several are kept as candidates to choose from."""
    people = find_people(who)
    group |= {
        "who": who,
        "person": people[0].pk if len(people) == 1 else None,
        "candidates": [person.pk for person in people] if len(people) > 1 else [],
    }


@transaction.atomic
def new_contributor(editor, *, name: str, contact: str, unit_name: str) -> User:
    """An approved contributor without password, reached by phone or e-mail; an editor hands out a password later.

    Raises PersonExists where the contact is known, Refused where something is missing, PermissionDenied.
    """
    if not editor.has_perm("members.add_user"):
        raise PermissionDenied
    login_name, name = normal_login_name(contact), " ".join(name.split())
    if not name or not login_name:
        raise Refused("新登记一个人，要写姓名，还要写手机号或邮箱。请补上。")
    try:
        validate_login_name(login_name)
    except ValidationError as wrong:
        raise Refused("".join(wrong.messages).replace("登录名", "联系方式")) from None
    known = User.objects.filter(Q(login_name=login_name) | Q(phone=login_name) | Q(email__iexact=login_name))
    if (person := known.select_related("unit").first()) is not None:
        raise PersonExists(person)
    if not unit_name.strip():
        raise Refused(f"{name}还没有单位。请选一个单位；名单里没有，就写上单位全称。")
    is_phone = PHONE.fullmatch(login_name) is not None
    person = User.objects.create_user(
        login_name,
        None,
        name=name[:40],
        unit=_unit_or_new(editor, unit_name),
        phone=login_name if is_phone else "",
        email="" if is_phone else login_name,
        roles=[Role.CONTRIBUTOR],
        approved_at=timezone.now(),
        approved_by=editor,
    )
    Event.objects.record(editor, "建账号", person, note="代录来稿时登记")
    return person


def _unit_or_new(editor, name: str) -> Unit:
    """The unit of that name, short name or alias; a new one where there is none."""
    name = " ".join(name.split())[: Unit._meta.get_field("name").max_length]
    if (known := unit_named(name)) is not None:
        return known
    unit = Unit.objects.create(name=name)
    Event.objects.record(editor, "新建单位", unit, note="代录来稿时登记")
    return unit


def unit_named(name: str) -> Unit | None:
    name = " ".join(name.split())
    return Unit.objects.filter(Q(name=name) | Q(short_name=name) | Q(aliases__name=name)).first() if name else None


def known_unit(name: str) -> Unit | None:
    """None for an empty name: the contributor's own unit counts then."""
    unit = unit_named(name)
    if unit is None and name.strip():
        raise Refused(f"没有叫“{name.strip()}”的单位。请从名单里选，或留空，按来稿人的单位登记。")
    return unit
