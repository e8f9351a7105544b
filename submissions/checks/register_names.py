"""Wrong forms of registered names: those the office has listed, and slips nobody can list (RULES.md section 11)."""

from collections.abc import Iterator
from datetime import date

from .register_entries import SPACES, Mention, Register, Tenure
from .register_posts import is_former, starts_inside_name, whole_name
from .register_remark import Remark

_PERSON = "姓名不能错。"
_UNIT = "单位名称用规范的写法。"


def remarks(register: Register, text: str, mentions: list[Mention], day: date | None) -> Iterator[Remark]:
    for mention in mentions:
        if mention.wrong:
            yield from _listed(register, text, mention, day)
    yield from _beside_post(register, text, mentions, day)


def _listed(register: Register, text: str, mention: Mention, day: date | None) -> Iterator[Remark]:
    """A variant as listed, or a long unit name with a character left out."""
    if people := register.people_of_variant.get(mention.name):
        if whole_name(text, mention) and not starts_inside_name(text[: mention.start]):
            yield _person(text[mention.start : mention.end], mention.start, people)
        return
    units = register.units_of_variant.get(mention.name) or register.units_of_slip.get(mention.name, [])
    valid = [unit for unit in units if unit.in_force(day)]
    if valid:
        names = tuple(dict.fromkeys(unit.name for unit in valid))
        entries = "；".join(map(str, valid[:3]))
        quote = text[mention.start : mention.end]
        said = f"单位名称“{quote}”与登记的不一致。登记的是：{entries}。请核对；确实无误的，请说明理由。"
        yield Remark("register.unit", said, _UNIT, quote, mention.start, names)


def _person(quote: str, offset: int, tenures: list[Tenure]) -> Remark:
    names = tuple(dict.fromkeys(tenure.person for tenure in tenures))
    entries = "；".join(map(str, tenures[:3]))
    said = f"姓名“{quote}”与登记的不一致。登记的是：{entries}。请核对；确实另有其人的，请说明理由。"
    return Remark("register.person", said, _PERSON, quote, offset, names)


def _beside_post(register: Register, text: str, mentions: list[Mention], day: date | None) -> Iterator[Remark]:
    """After a registered post, a name that differs from its holder's in one character."""
    taken = {mention.start for mention in mentions}
    for start, end, form in register.posts_in(text):
        begin = end + (text[end : end + 1] in SPACES[1:])
        if begin in taken or is_former(text[:start]):
            continue
        alike = [
            tenure
            for tenure in register.holders[form]
            if tenure.in_force(day) and _one_differs(text, start, begin, tenure)
        ]
        if alike:
            quote = text[begin : begin + len(alike[0].person)]
            yield _person(quote, begin, [tenure for tenure in alike if len(tenure.person) == len(quote)])


def _one_differs(text: str, start: int, begin: int, tenure: Tenure) -> bool:
    """Of two characters the surname has to be the same, and nothing may stand before the post that could be another's
    unit: another town's secretary of the same surname is no slip.
    """
    name = tenure.person
    said = text[begin : begin + len(name)]
    if len(said) < len(name) or not all("\u3400" <= character <= "\u9fff" for character in said):
        return False
    if sum(a != b for a, b in zip(said, name, strict=True)) != 1:
        return False
    if len(name) > 2:
        return True
    alone = start == 0 or not "\u3400" <= text[start - 1] <= "\u9fff"
    return said[0] == name[0] and alone and whole_name(text, Mention(begin, begin + 2, said))
