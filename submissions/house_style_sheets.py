"""The office's lists in and out as sheets: what an import would change, and the change itself."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import models, transaction

from members.models import Event

from .house_style import MAX_FORM, Edition, Listed, NamingOrder, PreferredTerm, Tenure, UnitName
from .sheets import MAX_TEXT, Column, SheetRow, read_sheet, write_sheet

_FIELDS = {
    PreferredTerm: ("wrong", "right", "note", "exceptions", "level", "active"),
    Tenure: ("person", "post", "unit", "since", "until", "variants"),
    UnitName: ("name", "since", "until", "variants"),
    NamingOrder: ("title", "kind", "since", "until", "names"),
}
_BATCH = 500


class Outdated(Exception):
    """The lists have changed since the preview was made."""


@dataclass(frozen=True)
class Line:
    """A row of the sheet that would be written; changes: (column, before, after), all of it for a new one."""

    number: int
    row: Listed
    changes: tuple[tuple[str, str, str], ...] = ()


@dataclass
class Plan:
    """What an import would do. Nothing is ever deleted: lines the sheet lacks stay as they are."""

    new: list[Line] = field(default_factory=list)
    changed: list[Line] = field(default_factory=list)
    same: int = 0
    unreadable: list[SheetRow] = field(default_factory=list)

    @property
    def amount(self) -> int:
        return len(self.new) + len(self.changed)


def columns_of(model: type[Listed]) -> tuple[Column, ...]:
    return tuple(_column(model._meta.get_field(name)) for name in _FIELDS[model])


def _column(model_field: models.Field) -> Column:
    kind = {models.DateField: "date", models.BooleanField: "flag"}.get(
        type(model_field), "choice" if model_field.choices else "text"
    )
    short = isinstance(model_field, models.CharField)
    return Column(
        model_field.name,
        str(model_field.verbose_name),
        kind,
        limit=max(model_field.max_length, MAX_FORM) if short else MAX_TEXT,
        required=kind == "text" and not model_field.blank,
        choices=dict(model_field.choices or ()),
        width=12 if kind != "text" else 24 if short else 40,
    )


def export(rows: models.QuerySet) -> bytes:
    """The rows as .xlsx."""
    model = rows.model
    names = _FIELDS[model]
    return write_sheet(
        str(model._meta.verbose_name),
        columns_of(model),
        ({name: getattr(row, name) for name in names} for row in rows),
    )


def read(model: type[Listed], data: bytes) -> list[SheetRow]:
    """Raises SheetRefused."""
    return read_sheet(data, columns_of(model))


def plan(model: type[Listed], rows: list[SheetRow]) -> Plan:
    """Each row against the list as it is: new, changed, the same, or unreadable with the reason."""
    known = {_key(row): row for row in model.objects.all()}
    columns = {column.name: column for column in columns_of(model)}
    result = Plan()
    seen: dict[tuple, int] = {}
    for sheet_row in rows:
        made = model(**sheet_row.values) if not sheet_row.problem else None
        problem = sheet_row.problem or _problem(made, columns)
        if not problem and (first := seen.setdefault(_key(made), sheet_row.number)) != sheet_row.number:
            problem = f"与第 {first} 行是同一条。请只留一行"
        if problem:
            result.unreadable.append(SheetRow(sheet_row.number, sheet_row.values, problem))
            continue
        old = known.get(_key(made))
        if old is None:
            result.new.append(Line(sheet_row.number, made, _changes(None, made, list(columns.values()))))
            continue
        changes = _changes(old, made, [columns[name] for name in sheet_row.values])
        if not changes:
            result.same += 1
            continue
        for name in sheet_row.values:
            setattr(old, name, getattr(made, name))
        result.changed.append(Line(sheet_row.number, old, changes))
    return result


def _key(row: Listed) -> tuple:
    return tuple(getattr(row, name) for name in row.KEY)


def _problem(row: Listed, columns: dict[str, Column]) -> str:
    """The model's own rules; unique keys are seen to by the plan."""
    reasons: list[str] = []
    for rule in (row.clean_fields, row.clean):
        try:
            rule()
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                title = f"“{columns[name].title}”" if name in columns else ""
                reasons += [title + message.rstrip("。") for message in messages]
    return "；".join(reasons)


def _changes(old: Listed | None, new: Listed, columns: list[Column]) -> tuple[tuple[str, str, str], ...]:
    pairs = [(column, _shown(column, old) if old else "", _shown(column, new)) for column in columns]
    return tuple((column.title, before, after) for column, before, after in pairs if before != after)


def _shown(column: Column, row: Listed) -> str:
    value = getattr(row, column.name)
    if column.kind == "flag":
        return "是" if value else "否"
    if column.kind == "date":
        return value.isoformat() if value else ""
    return column.choices.get(value, value)


@transaction.atomic
def carry_out(model: type[Listed], rows: list[SheetRow], actor, *, token) -> Plan:
    """Write what a preview has shown. Raises Outdated where the lists are no longer those of the preview."""
    edition = Edition.objects.select_for_update().filter(pk=1).first()
    if (edition.token if edition else None) != token:
        raise Outdated
    result = plan(model, rows)
    if not result.amount:
        return result
    model.objects.bulk_create([line.row for line in result.new], batch_size=_BATCH)
    # An upsert by primary key: bulk_update would build one CASE of every row, ten times slower on 20,000 rows.
    names = [name for name in _FIELDS[model] if name not in model.KEY]
    model.objects.bulk_create(
        [line.row for line in result.changed],
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=names,
    )
    Event.objects.record(
        actor,
        f"导入{model._meta.verbose_name}",
        Edition.renew(),
        note=f"新增 {len(result.new)} 条，修改 {len(result.changed)} 条，读不出 {len(result.unreadable)} 行。",
    )
    return result


def current_token():
    return Edition.objects.filter(pk=1).values_list("token", flat=True).first()
