"""清样: what was printed for reading at each round, the remarks (批示) that came back on it (RULES.md section 11)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from journal.text.numbers import chinese_number

from .text import TextVersion

NOTE_LENGTH = 300  # characters: what was done about a remark, or why nothing was


def galley_path(galley: "GalleyRound", filename: str) -> str:
    """Stored under the hash of the bytes: a round's PDF is never written anew."""
    return f"galleys/{galley.sha256[:2]}/{galley.sha256}.pdf"


class GalleyRound(models.Model):
    """One round of an issue's galleys, frozen: the PDF, and all that stood in it. Never changed once written.

    digest is over everything that reaches the paper (`galley_contents.Contents`), sha256 over the PDF's bytes.
    """

    issue = models.ForeignKey("journal.Issue", models.PROTECT, related_name="galleys", verbose_name="期")
    number = models.PositiveSmallIntegerField("次")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="出样人")
    at = models.DateTimeField("时间", default=timezone.now)
    file = models.FileField("PDF", upload_to=galley_path, max_length=200)
    sha256 = models.CharField("PDF 校验值", max_length=64)
    size = models.PositiveIntegerField("字节数")
    digest = models.CharField("内容校验值", max_length=64)
    pages = models.PositiveSmallIntegerField("总页数")
    numbered = models.PositiveSmallIntegerField("有页码的页数")
    front = models.JSONField("文章以外的内容", default=dict)
    problems = models.JSONField("排版时发现", default=list, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "清样"
        ordering = ("issue", "number")
        constraints = [models.UniqueConstraint(fields=("issue", "number"), name="galley_number_unique")]

    def __str__(self):
        return f"{self.issue}{self.label}"

    @property
    def label(self) -> str:
        return f"第{chinese_number(self.number)}次清样"

    @property
    def short_digest(self) -> str:
        """As it stands on the 审签单, to tell a sheet of paper's round by."""
        return self.digest[:8]


class GalleyPiece(models.Model):
    """An article as it stood in a round: which version, where, on which printed pages."""

    galley = models.ForeignKey(GalleyRound, models.CASCADE, related_name="pieces")
    position = models.PositiveSmallIntegerField("次序")
    article = models.ForeignKey("journal.Article", models.PROTECT, related_name="galley_pieces", verbose_name="文章")
    parent = models.ForeignKey(
        "journal.Article", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="所属组稿"
    )
    version = models.ForeignKey(TextVersion, models.PROTECT, related_name="+", verbose_name="版本")
    column = models.CharField("栏目", max_length=30)
    title = models.CharField("目录标题", max_length=200)
    # Over all of the article that reaches the paper: a signature or a photograph's width changes without a version.
    digest = models.CharField("校验值", max_length=64)
    start_page = models.PositiveSmallIntegerField("起始页", null=True, blank=True)
    end_page = models.PositiveSmallIntegerField("结束页", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "清样中的文章"
        ordering = ("galley", "position")
        constraints = [
            models.UniqueConstraint(fields=("galley", "position"), name="galley_piece_position_unique"),
            models.UniqueConstraint(fields=("galley", "article"), name="galley_piece_article_once"),
        ]

    def __str__(self):
        return self.title

    @property
    def pages(self) -> str:
        if self.start_page is None:
            return ""
        return f"{self.start_page}" if self.end_page == self.start_page else f"{self.start_page}—{self.end_page}"


class GalleyTaskQuerySet(models.QuerySet):
    def of(self, issue):
        return self.filter(galley__issue=issue)

    def open(self):
        return self.filter(outcome=GalleyTask.Outcome.OPEN)


class GalleyTask(models.Model):
    """One remark (批示) on a galley: who said what about which passage, and what came of it."""

    class Outcome(models.TextChoices):
        OPEN = "open", "未办"
        CHANGED = "changed", "已改"
        DECLINED = "declined", "不改"

    galley = models.ForeignKey(GalleyRound, models.PROTECT, related_name="tasks", verbose_name="清样")
    sheet = models.ForeignKey(
        "journal.Approval", models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name="审签单"
    )
    page = models.PositiveSmallIntegerField("页码", null=True, blank=True)
    article = models.ForeignKey(
        "journal.Article", models.PROTECT, null=True, blank=True, related_name="galley_tasks", verbose_name="文章"
    )
    quote = models.CharField("原文", max_length=500, blank=True)
    instruction = models.CharField("批示", max_length=500)
    said_by = models.CharField("批示人", max_length=60)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="galley_tasks", verbose_name="承办人"
    )
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间", default=timezone.now)
    outcome = models.CharField("办理", max_length=10, choices=Outcome, default=Outcome.OPEN)
    # What was done, or why nothing was; `version` is the text that carries the change.
    note = models.CharField("办理说明", max_length=NOTE_LENGTH, blank=True)
    version = models.ForeignKey(
        TextVersion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="改入版本"
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办理人"
    )
    settled_at = models.DateTimeField("办理时间", null=True, blank=True)

    objects = GalleyTaskQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "清样批示"
        ordering = ("galley", F("page").asc(nulls_first=True), "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="open", settled_by__isnull=True, settled_at__isnull=True, version__isnull=True)
                | (~Q(outcome="open") & Q(settled_by__isnull=False, settled_at__isnull=False)),
                name="galley_task_settled_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="declined") | ~Q(note=""), name="galley_task_declined_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="changed") | Q(version__isnull=False) | ~Q(note=""),
                name="galley_task_changed_tells_how",
            ),
        ]

    def __str__(self):
        where = f"第 {self.page} 页" if self.page else "封面、封二"
        return f"{where}：{self.instruction}"

    @property
    def is_open(self) -> bool:
        return self.outcome == self.Outcome.OPEN
