"""The office's own usage: preferred terms, the dated register of names and offices, naming orders (RULES.md 5, 11).

Editors keep the lists in the admin. The checks get them as plain data from `on_day`, which costs one small query:
the lists are compiled once a process and again when the edition's token has changed.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from journal.compilation import unit_terms
from journal.text.blocks import parse
from journal.text.masking import Kind, Term
from journal.text.names import stored_name

from .checks import house_style as plain
from .checks import register_entries, terms
from .checks.text_day import day_of

MAX_FORM = 60  # characters of a term or a name; the matcher's time a place grows with it
MAX_LINES = 2000


class Edition(models.Model):
    """One row whose token changes with every change of a list: a random one, for a number returns after a rollback."""

    token = models.UUIDField(default=uuid.uuid4)

    class Meta:
        verbose_name = verbose_name_plural = "用语表和名录"

    def __str__(self):
        return "用语表和名录"

    @classmethod
    def renew(cls) -> "Edition":
        return cls.objects.update_or_create(pk=1, defaults={"token": uuid.uuid4()})[0]


class ListedQuerySet(models.QuerySet):
    """Every way to change rows renews the edition."""

    def bulk_create(self, *args, **kwargs):
        with transaction.atomic():
            Edition.renew()
            return super().bulk_create(*args, **kwargs)

    def update(self, **kwargs):
        with transaction.atomic():
            Edition.renew()
            return super().update(**kwargs)

    def delete(self):
        with transaction.atomic():
            Edition.renew()
            return super().delete()

    delete.alters_data = True
    delete.queryset_only = True  # as Django has it: no Model.objects.delete()


class Listed(models.Model):
    """A line of a list. KEY names the fields by which a line of a sheet is known again."""

    KEY: tuple[str, ...] = ()

    objects = ListedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        with transaction.atomic():
            Edition.renew()
            super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        with transaction.atomic():
            Edition.renew()
            return super().delete(*args, **kwargs)


class DatedEntry(Listed):
    """since and until are included; None is open."""

    since = models.DateField("开始日期", null=True, blank=True, help_text="含当日；不清楚可以不填。")
    until = models.DateField("结束日期", null=True, blank=True, help_text="含当日；现在仍有效，不填。")

    class Meta:
        abstract = True

    def clean(self):
        super().clean()
        if self.since and self.until and self.until < self.since:
            raise ValidationError({"until": "结束日期不能早于开始日期。请核对两个日期。"})


def lines_of(text: str) -> tuple[str, ...]:
    """A field of several: one a line, or parted by semicolons; spaces around them do not count."""
    return tuple(dict.fromkeys(part.strip() for part in re.split(r"[\n\r；;]+", text) if part.strip()))


def validate_lines(text: str) -> None:
    """Raises ValidationError for a line longer than a term may be, or too many of them."""
    lines = lines_of(text)
    if too_long := [line for line in lines if len(line) > MAX_FORM]:
        raise ValidationError(f"“{too_long[0][:20]}…”有 {len(too_long[0])} 字，一条最多 {MAX_FORM} 字。请缩短。")
    if len(lines) > MAX_LINES:
        raise ValidationError(f"一共 {len(lines)} 条，最多 {MAX_LINES} 条。请删减。")


class PreferredTerm(Listed):
    """统一用语: a wrong form and the right one."""

    class Level(models.TextChoices):
        WARNING = "warning", "警告"
        ADVICE = "advice", "建议"

    KEY = ("wrong",)

    wrong = models.CharField("不用的写法", max_length=MAX_FORM, unique=True, help_text="稿件里出现就会指出。")
    right = models.CharField("统一的写法", max_length=MAX_FORM, help_text="点“照此改”就换成它。")
    note = models.CharField("说明", max_length=200, blank=True, help_text="为什么这样写、依据是什么，投稿人看得到。")
    exceptions = models.TextField(
        "例外",
        blank=True,
        validators=[validate_lines],
        help_text="含有不用的写法、但本来就对的词句，每行一条。例如不用“帐”，例外写“蚊帐”“帐篷”。统一的写法自己不用列。",
    )
    level = models.CharField(
        "级别",
        max_length=8,
        choices=Level,
        default=Level.WARNING,
        help_text="警告：投稿人要改正，或说明理由；建议：只作提示。",
    )
    active = models.BooleanField("使用", default=True, help_text="暂时不用的，取消勾选，不必删除。")

    class Meta:
        verbose_name = verbose_name_plural = "统一用语"
        ordering = ("wrong",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(wrong=F("right")) & ~Q(wrong="") & ~Q(right=""),
                name="preferred_term_forms_differ",
                violation_error_message="不用的写法和统一的写法相同，或者有一个没有填。请核对。",
            )
        ]

    def __str__(self):
        return f"{self.wrong} → {self.right}"

    def clean(self):
        super().clean()
        if self.wrong and self.wrong == self.right:
            raise ValidationError({"right": "统一的写法和不用的写法相同。请核对。"})

    @property
    def plain(self) -> terms.Term:
        return terms.Term(self.wrong, self.right, self.note, lines_of(self.exceptions), self.level)


class Tenure(DatedEntry):
    """人员职务: who held which post, from when to when."""

    KEY = ("person", "post", "unit", "since")

    person = models.CharField("姓名", max_length=40, help_text="两个字的姓名中间不加空格。")
    post = models.CharField(
        "职务", max_length=MAX_FORM, help_text="如“区委书记”。同时有几个职务，用顿号分开，或分几条写。"
    )
    unit = models.CharField("单位", max_length=MAX_FORM, blank=True, help_text="职务里没有写明单位的，写在这里。")
    variants = models.TextField(
        "常见错写", blank=True, validators=[validate_lines], help_text="姓名常被错写成的样子，每行一条。"
    )

    class Meta:
        verbose_name = verbose_name_plural = "人员职务"
        ordering = ("person", "since", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("person", "post", "unit", "since"),
                name="tenure_once",
                violation_error_message="名录里已经有这一条。请改原来的那条。",
            ),
            models.UniqueConstraint(
                fields=("person", "post", "unit"),
                condition=Q(since__isnull=True),
                name="tenure_once_undated",
                violation_error_message="名录里已经有这一条。请改原来的那条。",
            ),
        ]

    def __str__(self):
        return f"{self.person}（{self.unit}{self.post}）"

    def clean(self):
        super().clean()
        self.person = stored_name(self.person)

    @property
    def plain(self) -> register_entries.Tenure:
        return register_entries.Tenure(
            self.since, self.until, self.person, self.post, self.unit, lines_of(self.variants)
        )


class UnitName(DatedEntry):
    """单位名称: the right name of a unit and the wrong forms it is met in."""

    KEY = ("name", "since")

    name = models.CharField("规范名称", max_length=MAX_FORM)
    variants = models.TextField(
        "常见错写", blank=True, validators=[validate_lines], help_text="每行一条。通用的简称不是错写，不要写在这里。"
    )

    class Meta:
        verbose_name = verbose_name_plural = "单位名称"
        ordering = ("name", "since", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("name", "since"),
                name="unit_name_once",
                violation_error_message="名录里已经有这一条。请改原来的那条。",
            ),
            models.UniqueConstraint(
                fields=("name",),
                condition=Q(since__isnull=True),
                name="unit_name_once_undated",
                violation_error_message="名录里已经有这一条。请改原来的那条。",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def plain(self) -> register_entries.UnitEntry:
        return register_entries.UnitEntry(self.since, self.until, self.name, lines_of(self.variants))


class NamingOrder(DatedEntry):
    """排名顺序: the order in which units or leaders are named."""

    class Kind(models.TextChoices):
        UNITS = "units", "单位"
        LEADERS = "leaders", "领导"

    KEY = ("title", "since")

    title = models.CharField("名称", max_length=MAX_FORM, help_text="如“各区排名”，检查意见里会引用。")
    kind = models.CharField("排的是", max_length=8, choices=Kind, default=Kind.UNITS)
    names = models.TextField(
        "顺序",
        validators=[validate_lines],
        help_text="从前到后，每行一个。稿件里并列出现时按这个顺序核对；简称要另立一个顺序。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "排名顺序"
        ordering = ("title", "since", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("title", "since"),
                name="naming_order_once",
                violation_error_message="已经有同名、同一天开始的顺序。请改原来的那条。",
            ),
            models.UniqueConstraint(
                fields=("title",),
                condition=Q(since__isnull=True),
                name="naming_order_once_undated",
                violation_error_message="已经有同名、没有开始日期的顺序。请改原来的那条。",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def plain(self) -> register_entries.Order:
        return register_entries.Order(self.since, self.until, self.title, lines_of(self.names))


_compiled: dict[uuid.UUID, plain.HouseStyle] = {}


def on_day(day: date | None = None) -> plain.HouseStyle:
    """The lists for a text of that day (default today). One query, as long as nobody has changed them."""
    # The token is read before the rows: rows newer than their token are only read once more.
    token = Edition.objects.filter(pk=1).values_list("token", flat=True).first()
    if token is None:
        return plain.NO_HOUSE_STYLE
    compiled = _compiled.get(token)
    if compiled is None:
        compiled = _load()
        _compiled.clear()
        _compiled[token] = compiled
    return replace(compiled, day=day or timezone.localdate())


def as_of(style: plain.HouseStyle, html: str, printed: str = "") -> plain.HouseStyle:
    """The lists for one text: read for the day it speaks of, where that is written (checks/text_day.py).

    printed is the date or number of the issue a recommended piece was printed in.
    """
    if not style.register or style.day is None:
        return style
    known = day_of(parse(html), printed, style.day)
    return replace(style, day=known.day, told_day=known.told) if known else style


def _load() -> plain.HouseStyle:
    return plain.HouseStyle(
        terms.TermList(tuple(term.plain for term in PreferredTerm.objects.filter(active=True))),
        register_entries.Register(
            tuple(tenure.plain for tenure in Tenure.objects.all()),
            tuple(unit.plain for unit in UnitName.objects.all()),
            tuple(order.plain for order in NamingOrder.objects.all()),
        ),
    )


def register_names() -> Iterator[Term]:
    """Persons and units of the register, whenever they held their posts, for 脱敏 (journal/compilation.py)."""
    for person, unit in Tenure.objects.values_list("person", "unit"):
        yield Term(person, Kind.PERSON)
        yield from unit_terms(unit)
    for name in UnitName.objects.values_list("name", flat=True):
        yield from unit_terms(name)
