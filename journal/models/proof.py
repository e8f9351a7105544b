"""Proofs: what a proofreader marked in a text, and signed sheets as scanned."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .text import Approval, TextVersion


def sheet_path(sheet: "SignedSheet", filename: str) -> str:
    """Stored under the hash: no name from outside reaches the disk, and equal files share one place."""
    return f"sheets/{sheet.sha256[:2]}/{sheet.sha256}"


class SignedSheet(models.Model):
    """The scan of a sheet somebody signed (审签单): kept as it came, open to the office alone."""

    file = models.FileField("文件", upload_to=sheet_path, max_length=200)
    name = models.CharField("文件名", max_length=255)
    sha256 = models.CharField("校验值", max_length=64, db_index=True)
    size = models.PositiveIntegerField("字节数")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="上传人"
    )
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "签字件"
        ordering = ("pk",)

    def __str__(self):
        return self.name


class ProofMark(models.Model):
    """One correction marked in a version by a proofreader: a passage, what it should be, what kind of error it was.

    A place is (block, offset) in the version's canonical HTML (DESIGN.md 2); block null means the title or a byline.
    """

    class Error(models.TextChoices):
        """Kinds of errors as publishers count them."""

        CHARACTER = "character", "错别字"
        MISSING = "missing", "漏字多字"
        GRAMMAR = "grammar", "语法不通"
        PUNCTUATION = "punctuation", "标点"
        NUMBER = "number", "数字计量"
        FACT = "fact", "人名地名事实"
        FORMAT = "format", "格式"
        STYLE = "style", "建议（不计差错）"

    class Outcome(models.TextChoices):
        OPEN = "open", "未处理"
        APPLIED = "applied", "已改"
        DECLINED = "declined", "不改"

    version = models.ForeignKey(TextVersion, models.PROTECT, related_name="marks", verbose_name="版本")
    kind = models.CharField("校次", max_length=12, choices=[(kind, kind.label) for kind in Approval.PROOFS])
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="proof_marks", verbose_name="校对人"
    )
    block = models.PositiveIntegerField("段", null=True, blank=True)
    offset = models.PositiveIntegerField("位置", null=True, blank=True)
    quote = models.CharField("原文", max_length=500)
    replacement = models.CharField("改成", max_length=500, blank=True)
    error = models.CharField("差错类别", max_length=12, choices=Error)
    remark = models.CharField("说明", max_length=300, blank=True)
    outcome = models.CharField("处理", max_length=10, choices=Outcome, default=Outcome.OPEN)
    outcome_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="处理人"
    )
    outcome_reason = models.CharField("不改的原因", max_length=200, blank=True)
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "校对记录"
        ordering = ("block", "offset", "pk")
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="declined") | ~Q(outcome_reason=""), name="proof_mark_declined_has_reason"
            ),
        ]

    def __str__(self):
        return f"{self.quote} → {self.replacement}" if self.replacement else f"{self.quote}：{self.remark}"
