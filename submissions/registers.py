"""登记簿: who got how many copies of an issue, who gets a sample copy, what was paid to authors. Models and verbs.

Nothing here is ever a charge: a fee goes from the office to an author (RULES.md section 11).
"""

from dataclasses import dataclass
from decimal import Decimal

import rules
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Q, Sum
from django.utils import timezone

from journal.models import Article, Byline, Imprint, Issue
from members.models import Event
from members.permissions import holds
from members.roles import Role

rules.add_perm("submissions.keep_registers", holds(Role.MANAGING_EDITOR, Role.ADMINISTRATOR))


class RegisterRefused(Exception):
    """The register cannot be changed so; the message tells a person why and what to do next."""


class DistributionLine(models.Model):
    """Copies of one issue that go to one receiver (发放登记)."""

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="distribution_lines", verbose_name="期")
    position = models.PositiveSmallIntegerField("次序", default=1)
    unit = models.ForeignKey(
        "members.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位"
    )
    name = models.CharField(
        "单位或个人名称", max_length=100, blank=True, help_text="不在单位名录里的，在这里写名称；选了单位就不用写。"
    )
    copies = models.PositiveIntegerField("份数", validators=[MinValueValidator(1)])
    address = models.CharField("地址", max_length=200, blank=True)
    contact = models.CharField("收件人、电话", max_length=100, blank=True)
    sent_on = models.DateField("发出日期", null=True, blank=True)
    note = models.CharField("备注", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "发放登记"
        ordering = ("-issue__year", "-issue__number", "position", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("issue", "unit"),
                name="distribution_unit_once",
                violation_error_message="这一期已经有这个单位。请改原来那一行的份数。",
            ),
            models.UniqueConstraint(
                fields=("issue", "name"),
                condition=Q(unit__isnull=True),
                name="distribution_name_once",
                violation_error_message="这一期已经有这个名称。请改原来那一行的份数。",
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=False) | ~Q(name=""),
                name="distribution_has_receiver",
                violation_error_message="请选单位，或者写明发给谁。",
            ),
            models.CheckConstraint(condition=Q(copies__gt=0), name="distribution_copies_positive"),
        ]

    def __str__(self):
        return f"{self.issue} {self.receiver} {self.copies} 份"

    @property
    def receiver(self) -> str:
        return self.name or str(self.unit or "")


class SampleCopy(models.Model):
    """A sample copy (样刊) for an author or a unit of a published piece."""

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="sample_copies", verbose_name="期")
    article = models.ForeignKey(Article, models.PROTECT, related_name="sample_copies", verbose_name="文章")
    name = models.CharField("给谁", max_length=100)
    unit = models.ForeignKey(
        "members.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位"
    )
    copies = models.PositiveSmallIntegerField("份数", default=1, validators=[MinValueValidator(1)])
    address = models.CharField("地址、电话", max_length=200, blank=True)
    told_on = models.DateField("已通知", null=True, blank=True, help_text="样刊通知发出或口头告诉的日期。")
    posted_on = models.DateField("已寄出", null=True, blank=True)
    collected_on = models.DateField("已领取", null=True, blank=True)
    note = models.CharField("备注", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "样刊登记"
        ordering = ("-issue__year", "-issue__number", "article__section__position", "article__position", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("issue", "article", "name"),
                name="sample_copy_once",
                violation_error_message="这篇文章已经给这一位登记过样刊。请改原来那一行的份数。",
            ),
            models.CheckConstraint(condition=Q(copies__gt=0), name="sample_copies_positive"),
        ]

    def __str__(self):
        return f"{self.issue} 样刊 {self.name}"


class Fee(models.Model):
    """What the office pays an author for a published piece (稿费). Never the other way round."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="fees", verbose_name="文章")
    name = models.CharField("付给", max_length=100, help_text="作者姓名。")
    unit = models.ForeignKey(
        "members.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位"
    )
    amount = models.DecimalField(
        "金额（元）",
        max_digits=8,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text="编辑部付给作者的稿费。编辑部不向作者收任何费用。",
    )
    paid_on = models.DateField("付款日期", null=True, blank=True, help_text="没有付就空着。")
    note = models.CharField("备注", max_length=100, blank=True, help_text="发放方式、凭证号等。")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人", editable=False
    )

    class Meta:
        verbose_name = verbose_name_plural = "稿费登记"
        ordering = ("-article__issue__year", "-article__issue__number", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("article", "name"),
                name="fee_once",
                violation_error_message="这篇文章已经给这一位登记过稿费。请改原来那一行。",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="fee_is_paid_to_the_author",
                violation_error_message="稿费是编辑部付给作者的，金额要大于 0。",
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.amount} 元"


@dataclass(frozen=True)
class Balance:
    """Copies of one issue: printed (None where the imprint does not say), listed, sample copies."""

    issue: Issue
    printed: int | None
    listed: int
    samples: int

    @property
    def given(self) -> int:
        return self.listed + self.samples

    @property
    def left(self) -> int | None:
        return None if self.printed is None else self.printed - self.given

    @property
    def sentence(self) -> str:
        parts = f"发放 {self.listed}，样刊 {self.samples}"
        if self.printed is None:
            return f"{self.issue}还没有填印数，已派 {self.given} 份（{parts}）。请在这一期的版本记录里填印数。"
        told = f"{self.issue}印 {self.printed:,} 份，已派 {self.given:,} 份（{parts}）"
        if self.given > self.printed:
            return f"{told}，比印数多 {self.given - self.printed:,} 份。请核对份数。"
        return f"{told}，还剩 {self.printed - self.given:,} 份。"


def balances(limit: int = 4) -> list[Balance]:
    """The newest issues, each with what was printed and given out; three queries however many lines."""
    issues = list(Issue.objects.order_by("-year", "-number")[:limit])
    printed = dict(Imprint.objects.filter(issue__in=issues).values_list("issue", "print_run"))
    listed, samples = (
        dict(model.objects.filter(issue__in=issues).order_by().values_list("issue").annotate(Sum("copies")))
        for model in (DistributionLine, SampleCopy)
    )
    return [
        Balance(issue, printed.get(issue.pk), listed.get(issue.pk, 0), samples.get(issue.pk, 0)) for issue in issues
    ]


def _require(actor) -> None:
    if not actor.has_perm("submissions.keep_registers"):
        raise PermissionDenied("发放、样刊和稿费由编辑部主任或管理员登记。")


@transaction.atomic
def copy_distribution(issue: Issue, actor) -> int:
    """Take over the lines of the newest earlier issue that has any, without the dates; gives their number.

    A receiver the issue already has stays as it is. A merged unit's copies go to the unit it went into.
    Raises RegisterRefused where there is nothing to copy, PermissionDenied.
    """
    _require(actor)
    Issue.objects.select_for_update().get(pk=issue.pk)
    before = Q(issue__year__lt=issue.year) | Q(issue__year=issue.year, issue__number__lt=issue.number)
    last = DistributionLine.objects.filter(before).select_related("issue").first()
    if last is None:
        raise RegisterRefused(f"{issue}以前的各期都没有发放登记，没有可以照抄的。请先逐行添加。")
    have = {(line.unit_id, "" if line.unit_id else line.name) for line in issue.distribution_lines.all()}
    made: dict[tuple, DistributionLine] = {}
    for line in last.issue.distribution_lines.select_related("unit__merged_into"):
        unit = (line.unit.merged_into or line.unit) if line.unit else None
        key = (unit.pk if unit else None, "" if unit else line.name)
        if key in have:
            continue
        if key in made:
            made[key].copies += line.copies
            continue
        made[key] = DistributionLine(
            issue=issue,
            position=line.position,
            unit=unit,
            name="" if unit and unit.pk != line.unit_id else line.name,
            copies=line.copies,
            address=line.address,
            contact=line.contact,
            note=line.note,
        )
    DistributionLine.objects.bulk_create(made.values())
    Event.objects.record(actor, "照抄发放登记", issue, note=f"照{last.issue}，{len(made)} 行。")
    return len(made)


@transaction.atomic
def propose_samples(issue: Issue, actor) -> int:
    """One sample copy for each signature of each published piece that has none yet; gives how many were added.

    Raises RegisterRefused before the issue is published, PermissionDenied.
    """
    _require(actor)
    issue = Issue.objects.select_for_update().get(pk=issue.pk)
    if not issue.is_published:
        raise RegisterRefused(f"{issue}{issue.get_state_display()}，刊发以后才登记样刊。")
    lines = Byline.objects.filter(article__issue=issue, article__withdrawn_at=None).select_related(
        "article", "unit__merged_into"
    )
    have = set(issue.sample_copies.values_list("article", "name"))
    made: dict[tuple, SampleCopy] = {}
    for line in lines:
        key = (line.article_id, line.name)
        if key in have or key in made:
            continue
        unit = (line.unit.merged_into or line.unit) if line.unit else None
        made[key] = SampleCopy(issue=issue, article=line.article, name=line.name, unit=unit)
    SampleCopy.objects.bulk_create(made.values())
    if made:
        Event.objects.record(actor, "列出样刊", issue, note=f"按署名新增 {len(made)} 行。")
    return len(made)


@transaction.atomic
def tick_samples(samples, field: str, actor, *, on=None) -> int:
    """Write today's date into told_on, posted_on or collected_on of those that have none; gives how many.

    The rest keep the day they had. Raises ValueError for another field, PermissionDenied.
    """
    if field not in ("told_on", "posted_on", "collected_on"):
        raise ValueError(field)
    _require(actor)
    open_ones = list(samples.filter(**{f"{field}__isnull": True}).select_related("issue"))
    day = on or timezone.localdate()
    SampleCopy.objects.filter(pk__in=[sample.pk for sample in open_ones]).update(**{field: day})
    label = SampleCopy._meta.get_field(field).verbose_name
    for sample in open_ones:
        Event.objects.record(actor, f"样刊{label}", sample)
    return len(open_ones)
