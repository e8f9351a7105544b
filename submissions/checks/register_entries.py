"""The office's dated register of names and offices as plain data (RULES.md section 11)."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from .matching import FormIndex, longest_first

SPACES = ("", " ", "\u3000", "\xa0")  # 何为 is also set as 何　为 (RULES.md section 8)
LEVELS = "省市区县州镇乡村旗盟"
_PARTY = re.compile("^(?:中共|中国共产党)")
_PLACE = re.compile(f"[\u3400-\u9fff]{{2,4}}?[{LEVELS}]")


@dataclass(frozen=True)
class Entry:
    """A line of the register; since and until are included, None where open."""

    since: date | None = None
    until: date | None = None

    def in_force(self, day: date | None) -> bool:
        """On `day`; every entry where no day is given."""
        return day is None or ((self.since is None or self.since <= day) and (self.until is None or day <= self.until))

    @property
    def period(self) -> str:
        begin = f"{self.since:%Y年%-m月%-d日}起" if self.since else ""
        end = f"{self.until:%Y年%-m月%-d日}止" if self.until else ""
        return begin + end


@dataclass(frozen=True)
class Tenure(Entry):
    """A person in a post. post may name several, parted by 、; variants are wrong forms of the name."""

    person: str = ""
    post: str = ""
    unit: str = ""
    variants: tuple[str, ...] = ()

    def __str__(self):
        return "，".join(part for part in (self.person, f"{self.unit}{self.post}", self.period) if part)


@dataclass(frozen=True)
class UnitEntry(Entry):
    """A unit under its right name; variants are wrong forms of it."""

    name: str = ""
    variants: tuple[str, ...] = ()

    def __str__(self):
        return "，".join(part for part in (self.name, self.period) if part)


@dataclass(frozen=True)
class Order(Entry):
    """The order in which units or leaders are named."""

    title: str = ""
    names: tuple[str, ...] = ()

    @cached_property
    def ranks(self) -> dict[str, int]:
        return {name: rank for rank, name in enumerate(self.names)}


@dataclass(frozen=True)
class Mention:
    """A registered form in a text. name: the right form it stands for; wrong: it is a variant."""

    start: int
    end: int
    name: str
    wrong: bool = False


@dataclass(frozen=True, eq=False)
class Register:
    """All entries of all times, compiled once; what holds on a day is asked entry by entry."""

    tenures: tuple[Tenure, ...] = ()
    units: tuple[UnitEntry, ...] = ()
    orders: tuple[Order, ...] = ()

    def __bool__(self):
        return bool(self.tenures or self.units or self.orders)

    @cached_property
    def tenures_of(self) -> dict[str, list[Tenure]]:
        found: dict[str, list[Tenure]] = defaultdict(list)
        for tenure in self.tenures:
            found[tenure.person].append(tenure)
        return dict(found)

    @cached_property
    def people_of_variant(self) -> dict[str, list[Tenure]]:
        """Wrong form of a person's name → those it may stand for; a form that is somebody's right name is none."""
        found: dict[str, list[Tenure]] = defaultdict(list)
        for tenure in self.tenures:
            for variant in tenure.variants:
                if variant not in self.right_names:
                    found[variant].append(tenure)
        return dict(found)

    @cached_property
    def units_of_variant(self) -> dict[str, list[UnitEntry]]:
        found: dict[str, list[UnitEntry]] = defaultdict(list)
        for unit in self.units:
            for variant in unit.variants:
                found[variant].append(unit)
        return dict(found)

    @cached_property
    def units_of_slip(self) -> dict[str, list[UnitEntry]]:
        """Long unit names with a character left out or two exchanged: nobody has listed them, and they are slips."""
        found: dict[str, list[UnitEntry]] = defaultdict(list)
        for unit in self.units:
            for slip in _slips(unit.name):
                if slip not in self.right_names and slip not in self.units_of_variant:
                    found[slip].append(unit)
        return dict(found)

    @cached_property
    def right_names(self) -> frozenset[str]:
        return frozenset(
            [tenure.person for tenure in self.tenures]
            + [tenure.unit for tenure in self.tenures]
            + [unit.name for unit in self.units]
            + [name for order in self.orders for name in order.names]
        )

    @cached_property
    def places(self) -> frozenset[str]:
        """Names of districts, towns and villages that the register speaks of: one of them is not the other."""
        named = [*self.right_names, *(tenure.post for tenure in self.tenures)]
        return frozenset(place for name in named for place in _PLACE.findall(_PARTY.sub("", name)))

    @cached_property
    def holders(self) -> dict[str, list[Tenure]]:
        """Posts named so fully that they point to their holders: at least four characters, with or without the unit."""
        found: dict[str, list[Tenure]] = defaultdict(list)
        for tenure in self.tenures:
            for form in {tenure.post, tenure.unit + tenure.post}:
                if len(form) >= 4:
                    found[form].append(tenure)
        return dict(found)

    @cached_property
    def _posts(self) -> FormIndex:
        return FormIndex(self.holders)

    def posts_in(self, text: str) -> list[tuple[int, int, str]]:
        return [(start, end, text[start:end]) for start, end in longest_first(self._posts.spans(text))]

    @cached_property
    def _meaning(self) -> dict[str, tuple[str, bool]]:
        """Form as it may stand in a text → (the listed form, whether it is a wrong one)."""
        listed = dict.fromkeys([*self.units_of_slip, *self.units_of_variant, *self.people_of_variant], True)
        listed |= dict.fromkeys(self.right_names, False)
        return {form: (name, wrong) for name, wrong in listed.items() for form in spellings(name)}

    @cached_property
    def _forms(self) -> FormIndex:
        return FormIndex(self._meaning)

    def mentions(self, text: str) -> list[Mention]:
        """Registered names, right and wrong, the longest first: 王伟 is not found in a registered 王伟明."""
        return [
            Mention(start, end, *self._meaning[text[start:end]])
            for start, end in longest_first(self._forms.spans(text))
        ]


def spellings(name: str) -> list[str]:
    return [name[0] + space + name[1] for space in SPACES] if len(name) == 2 else [name]


def _slips(name: str) -> set[str]:
    """Only inside, where nobody shortens a name, and only in names so long that the result is no other name."""
    if len(name) < 6:
        return set()
    inner = range(1, len(name) - 1)
    dropped = {name[:n] + name[n + 1 :] for n in inner}
    exchanged = {name[:n] + name[n + 1] + name[n] + name[n + 2 :] for n in range(1, len(name) - 2)}
    return (dropped | exchanged) - {name}
