"""What is decided about an issue around its publication: a time set for it, and corrections after it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .article import Article
from .issue import Access, Issue
from .text import Content, TextVersion


class PublishPlan(models.Model):
    """A closed issue is to be published at a time, with the access decided now (定时刊发)."""

    issue = models.OneToOneField(Issue, models.CASCADE, related_name="plan", verbose_name="期")
    at = models.DateTimeField("刊发时间")
    access = models.CharField("阅读范围", max_length=10, choices=Access)
    approved_by = models.CharField("公开批准人", max_length=60, blank=True)
    approved_on = models.DateField("公开批准日期", null=True, blank=True)
    basis = models.CharField("公开依据", max_length=200, blank=True)
    unsigned_reason = models.CharField("没有付印签字也刊发的原因", max_length=200, blank=True)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="安排人")
    planned_at = models.DateTimeField("安排时间", default=timezone.now)
    # Its time came and something stood in the way: it waits for a person, and is not tried again by itself.
    stopped_at = models.DateTimeField("停下时间", null=True, blank=True)
    objection = models.CharField("没有刊发的原因", max_length=1000, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "定时刊发"
        constraints = [
            models.CheckConstraint(condition=Q(access__in=("internal", "public")), name="plan_access_decided"),
            models.CheckConstraint(
                condition=~Q(access="public") | (~Q(approved_by="") & ~Q(basis="") & Q(approved_on__isnull=False)),
                name="plan_public_has_approval",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | ~Q(objection=""), name="plan_stopped_has_objection"
            ),
        ]

    def __str__(self):
        return f"{self.issue} 定时刊发"


class CorrectionQuerySet(models.QuerySet):
    def made(self):
        """Signed and carried out: what readers are told, the newest first."""
        return self.filter(state=Correction.State.MADE).order_by("-signed_at", "-pk")

    def waiting(self):
        return self.filter(state=Correction.State.PROPOSED).order_by("proposed_at", "pk")


class Correction(models.Model):
    """A published text put right (更正): what was printed, what it should be, why, and who signed it."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "待签发"
        MADE = "made", "已更正"
        DECLINED = "declined", "不更正"

    article = models.ForeignKey(Article, models.PROTECT, related_name="corrections", verbose_name="文章")
    before = models.ForeignKey(TextVersion, models.PROTECT, related_name="+", verbose_name="更正前的版本")
    after = models.OneToOneField(
        TextVersion, models.PROTECT, null=True, blank=True, related_name="correction", verbose_name="更正后的版本"
    )
    proposed = models.JSONField("更正后的内容")
    # Erratum rows: place, printed, corrected (journal/text/errata.py), kept as readers were told.
    errata = models.JSONField("更正之处", default=list)
    reason = models.CharField("更正说明", max_length=80)
    state = models.CharField("状态", max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人")
    proposed_at = models.DateTimeField("提出时间", default=timezone.now)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签发人"
    )
    signed_at = models.DateTimeField("签发时间", null=True, blank=True)
    # Why it was not made, or why one person both proposed and signed (small-office profile, RULES.md section 3).
    remark = models.CharField("说明", max_length=200, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "更正"
        ordering = ("-proposed_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("article",), condition=Q(state="proposed"), name="correction_waiting_once_an_article"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="correction_has_reason"),
            models.CheckConstraint(
                condition=Q(state="proposed") | (Q(signed_by__isnull=False) & Q(signed_at__isnull=False)),
                name="correction_settled_is_signed",
            ),
            models.CheckConstraint(
                condition=~Q(state="made") | Q(after__isnull=False), name="correction_made_has_version"
            ),
        ]

    def __str__(self):
        return f"《{self.article}》更正"

    @property
    def content(self) -> Content:
        return Content(**self.proposed)
