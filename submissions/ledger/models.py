"""What the office sets for its ledger: points by year, pieces asked of a unit."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from journal.models import Article, Section

from ..models import Submission


class Ledger(Submission):
    """The manuscripts seen as the ledger counts them: the place of its pages in the admin, no table of its own."""

    class Meta:
        proxy = True
        default_permissions = ("view",)
        verbose_name = verbose_name_plural = "投稿采用情况"


class PointRule(models.Model):
    """What a published piece counts for a unit or person (积分): the most special rule that fits wins."""

    kind = models.CharField("类别", max_length=8, choices=Article.Kind, blank=True, help_text="不选就不分类别。")
    section = models.ForeignKey(
        Section, models.PROTECT, null=True, blank=True, related_name="point_rules", verbose_name="栏目"
    )
    points = models.DecimalField("每篇积分", max_digits=5, decimal_places=1, validators=[MinValueValidator(0)])
    first_in_issue = models.DecimalField(
        "头条另加", max_digits=5, decimal_places=1, default=0, validators=[MinValueValidator(0)]
    )
    year = models.PositiveSmallIntegerField("年度", help_text="规则按年度算，往年的积分不随新规则变。")

    class Meta:
        verbose_name = verbose_name_plural = "积分规则"
        ordering = ("-year", "kind", "section")
        constraints = [
            models.UniqueConstraint(fields=("year", "kind", "section"), name="point_rule_once"),
            models.UniqueConstraint(
                fields=("year", "kind"), condition=Q(section__isnull=True), name="point_rule_general_once"
            ),
        ]

    def __str__(self):
        what = self.get_kind_display() or "各类稿件"
        return f"{self.year}年{what}{'、' + self.section.name if self.section else ''}每篇 {self.points:g} 分"


class Quota(models.Model):
    """How many pieces a unit is to have published in a year (任务)."""

    unit = models.ForeignKey("members.Unit", models.PROTECT, related_name="quotas", verbose_name="单位")
    year = models.PositiveSmallIntegerField("年度")
    pieces = models.PositiveSmallIntegerField("刊发篇数", validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = verbose_name_plural = "年度任务"
        ordering = ("-year", "unit")
        constraints = [
            models.UniqueConstraint(fields=("unit", "year"), name="quota_once_a_year"),
            models.CheckConstraint(condition=Q(pieces__gt=0), name="quota_positive"),
        ]

    def __str__(self):
        return f"{self.unit} {self.year}年 {self.pieces} 篇"
