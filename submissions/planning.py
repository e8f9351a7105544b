"""A plan of topics as an editor pastes it from a sheet → rows with everything found, or told what is wrong.

Columns are parted by tabs (as a sheet is copied) or by ｜: 选题、栏目、单位或人、期限、要求. A heading line gives another
order.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from journal.models import Section
from members.models import Unit, UnitAlias, User, normal_login_name

from .commissions import MOST_INVITEE, MOST_TOPIC, Commission

MOST_ROWS = 200
COLUMNS = ("topic", "section", "whom", "due", "brief")
_HEADINGS = {
    "选题": "topic", "题目": "topic", "主题": "topic", "栏目": "section", "单位": "whom", "约稿单位": "whom",
    "单位或人": "whom", "约稿人": "whom", "作者": "whom", "对象": "whom", "期限": "due", "交稿期限": "due",
    "截稿": "due", "时间": "due", "要求": "brief", "说明": "brief", "备注": "brief",
}  # fmt: skip
_CELLS = re.compile(r"\t|｜|\|")
_WRAP = "《》“”\"' \u3000"
_DATE = re.compile(r"(?:(?P<year>\d{4})\s*[年./-]\s*)?(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})\s*日?")
_PERSON_OF_UNIT = re.compile(r"(?P<person>[^（(]+)[（(](?P<unit>[^）)]+)[）)]")


@dataclass
class Row:
    """One topic to add; `faults` say in sentences what stops it, `notes` what to know."""

    number: int
    topic: str
    section: Section | None = None
    unit: Unit | None = None
    person: User | None = None
    invitee: str = ""
    due_on: date | None = None
    brief: str = ""
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def asked_of(self) -> str:
        who = str(self.person or "") or self.invitee
        return f"{who}（{self.unit}）" if who and self.unit else who or str(self.unit or "")


class _Register:
    """Units and people by every name they go by, read once for all rows."""

    def __init__(self, names: set[str]):
        self.units: dict[str, Unit] = {}
        units = {unit.pk: unit for unit in Unit.objects.select_related("merged_into")}
        for unit in units.values():
            for name in filter(None, (unit.name, unit.short_name)):
                self.units.setdefault(name, unit.merged_into or unit)
        for name, pk in UnitAlias.objects.values_list("name", "unit_id"):
            self.units.setdefault(name, units[pk].merged_into or units[pk])
        self.people: dict[str, list[User]] = defaultdict(list)
        called = Q(name__in=names) | Q(login_name__in={normal_login_name(name) for name in names})
        for person in User.objects.filter(called, is_active=True).select_related("unit"):
            self.people[person.name].append(person)
            self.people[person.login_name].append(person)

    def unit(self, name: str) -> Unit | None:
        return self.units.get(name)

    def persons(self, name: str) -> list[User]:
        return self.people.get(name) or self.people.get(normal_login_name(name), [])


def read(text: str, *, issue, section: Section | None, due_on: date | None, today: date) -> list[Row]:
    """Every line with words as a Row; `section` and `due_on` stand in where a line names none. Never raises."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    cells = [(number, [cell.strip() for cell in _CELLS.split(line)]) for number, line in lines]
    columns = COLUMNS
    if cells and (named := _heading(cells[0][1])):
        columns, cells = named, cells[1:]
    given = [(number, dict(zip(columns, row, strict=False))) for number, row in cells]
    names = {part for _, row in given for part in _names(row.get("whom", ""))}
    register = _Register(names)
    sections = {one.name: one for one in Section.objects.active()}
    taken = set(Commission.objects.filter(issue=issue).exclude(state="cancelled").values_list("topic", flat=True))
    rows = []
    for number, values in given:
        row = Row(number, values.get("topic", "").strip(_WRAP), brief=values.get("brief", ""))
        _topic(row, taken)
        _section(row, values.get("section", "").strip(_WRAP), sections, section)
        _whom(row, values.get("whom", ""), register)
        _due(row, values.get("due", ""), due_on, today)
        taken.add(row.topic)
        rows.append(row)
    if len(rows) > MOST_ROWS:
        rows[MOST_ROWS].faults.append(f"一次最多 {MOST_ROWS} 行，从这一行起请另添加一次。")
    return rows


def _heading(cells: list[str]) -> tuple[str, ...]:
    """The columns a heading line names; empty where the line is no heading."""
    named = tuple(_HEADINGS.get(cell, "") for cell in cells)
    return named if "topic" in named and (len(cells) == 1 or sum(map(bool, named)) > 1) else ()


def _names(whom: str) -> list[str]:
    """A name may hold brackets of its own, so the whole is asked for too."""
    found = _PERSON_OF_UNIT.fullmatch(whom)
    return [whom, found["person"].strip()] if found else [whom]


def _topic(row: Row, taken: set[str]) -> None:
    if not row.topic:
        row.faults.append("没有写选题。")
    elif len(row.topic) > MOST_TOPIC:
        row.faults.append(f"选题有 {len(row.topic)} 字，最多 {MOST_TOPIC} 字。长的写进“要求”。")
    elif row.topic in taken:
        row.faults.append("这一期已经有同样的选题。")


def _section(row: Row, name: str, sections: dict[str, Section], default: Section | None) -> None:
    row.section = sections.get(name) if name else default
    if row.section is None:
        row.faults.append(f"没有“{name}”这个栏目。" if name else "没有写栏目，上面也没有选。")


def _whom(row: Row, whom: str, register: _Register) -> None:
    if not whom:
        row.notes.append("还没有定向谁约")
        return
    if row_unit := register.unit(whom):
        row.unit = row_unit
        return
    name = whom
    found = _PERSON_OF_UNIT.fullmatch(whom)
    if found and not register.persons(whom):
        name, row.unit = found["person"].strip(), register.unit(found["unit"].strip())
        if row.unit is None:
            row.notes.append(f"单位“{found['unit'].strip()}”没有登记")
    people = register.persons(name)
    if row.unit and len(people) > 1:
        people = [person for person in people if person.unit_id == row.unit.pk] or people
    if len(people) > 1:
        row.faults.append(f"有 {len(people)} 个叫“{name}”的账号，请改写手机号，或写成“姓名（单位）”。")
    elif people:
        row.person, row.unit = people[0], row.unit or people[0].unit
    else:
        # Kept as written: people without an account are asked by WeChat.
        row.invitee = name if row.unit else whom
        row.notes.append("没有账号，约稿信复制后发微信")
        if len(row.invitee) > MOST_INVITEE:
            row.faults.append(f"约稿人最多 {MOST_INVITEE} 字，请写短一些。")


def _due(row: Row, text: str, default: date | None, today: date) -> None:
    row.due_on = day_of(text, today) if text else default
    if row.due_on is None:
        row.faults.append(f"看不懂期限“{text}”，请写成 12月5日。" if text else "没有写期限，上面也没有填。")
    elif row.due_on < today:
        row.faults.append(f"期限 {row.due_on:%Y-%m-%d} 已经过去了。")


def day_of(text: str, today: date) -> date | None:
    """“12月5日”, “2026-12-5”, “12/5”. Without a year, the nearest such day that is not half a year past."""
    found = _DATE.fullmatch(text.strip())
    if not found:
        return None
    try:
        day = date(int(found["year"] or today.year), int(found["month"]), int(found["day"]))
        if not found["year"] and (today - day).days > 180:
            day = day.replace(year=day.year + 1)
    except ValueError:
        return None
    return day
