"""An issue as files for readers: built here in the background, or the print house's own PDF."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from .article import Article
from .issue import Access, Issue


def edition_path(edition: "Edition", filename: str) -> str:
    """Stored under the hash: no name from outside reaches the disk, and equal files share one place."""
    return f"editions/{edition.sha256[:2]}/{edition.sha256}{edition.suffix}"


class EditionQuerySet(models.QuerySet):
    def current(self):
        """Neither replaced by a later file nor done away with."""
        return self.filter(replaced_at__isnull=True)

    def readable_by(self, user):
        """Those with a file whose every article the person may read at this moment (DESIGN.md 6).

        The one rule of downloads: whatever was withdrawn or kept inside since a file was made closes that file at
        once, before any new one is built.
        """
        held = Edition.articles.through.objects.filter(edition=OuterRef("pk"))
        closed = held.exclude(article__in=Article.objects.visible_to(user).values("pk"))
        issues = Issue.objects.visible_to(user).order_by().values("pk")
        return self.current().filter(~Q(file=""), Exists(held), ~Exists(closed), issue__in=issues)


class Edition(models.Model):
    """One kind of file of one issue for one circle of readers. `editions_made` is the only writer of its state."""

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        EPUB = "epub", "电子书"
        PRINT = "print", "印刷厂 PDF"

    class State(models.TextChoices):
        STALE = "stale", "待生成"
        BUILDING = "building", "生成中"
        FRESH = "fresh", "已完成"
        FAILED = "failed", "没有做成"

    SUFFIXES = {Kind.PDF: ".pdf", Kind.EPUB: ".epub", Kind.PRINT: ".pdf"}
    MEDIA_TYPES = {Kind.PDF: "application/pdf", Kind.EPUB: "application/epub+zip", Kind.PRINT: "application/pdf"}

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="editions", verbose_name="期")
    kind = models.CharField("格式", max_length=8, choices=Kind)
    audience = models.CharField("给谁读", max_length=10, choices=Access)
    state = models.CharField("状态", max_length=10, choices=State, default=State.STALE)
    progress = models.PositiveSmallIntegerField("进度（%）", default=0)
    message = models.CharField("没有做成的原因", max_length=500, blank=True)
    file = models.FileField("文件", upload_to=edition_path, max_length=200, blank=True)
    name = models.CharField("原文件名", max_length=255, blank=True)
    sha256 = models.CharField("校验值", max_length=64, blank=True)
    size = models.PositiveBigIntegerField("字节数", default=0)
    pages = models.PositiveSmallIntegerField("页数", null=True, blank=True)
    # What the file was made from, and what it should be made from now (`editions_made.source_digest`).
    made_from = models.CharField("所据内容", max_length=64, blank=True)
    wanted_from = models.CharField("应据内容", max_length=64, blank=True)
    articles = models.ManyToManyField(Article, related_name="editions", blank=True, verbose_name="所含文章")
    built_at = models.DateTimeField("完成时间", null=True, blank=True)
    # A worker holds a build until `lease_until`; `run` tells its builds apart, `tries` those since it was ordered.
    lease_until = models.DateTimeField(null=True, blank=True)
    run = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="上传人"
    )
    replaced_at = models.DateTimeField("停用时间", null=True, blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "电子版文件"
        ordering = ("issue", "kind", "audience", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("issue", "kind", "audience"),
                condition=Q(replaced_at__isnull=True),
                name="edition_current_once",
            ),
            models.CheckConstraint(condition=Q(audience__in=("internal", "public")), name="edition_has_audience"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="edition_progress_in_percent"),
            models.CheckConstraint(condition=~Q(state="fresh") | ~Q(file=""), name="edition_fresh_has_file"),
            models.CheckConstraint(
                condition=~Q(state="building") | Q(lease_until__isnull=False), name="edition_building_has_lease"
            ),
        ]

    def __str__(self):
        return f"{self.issue} {self.get_kind_display()}（{self.get_audience_display()}版）"

    @property
    def suffix(self) -> str:
        return self.SUFFIXES[self.kind]

    @property
    def media_type(self) -> str:
        return self.MEDIA_TYPES[self.kind]

    @property
    def is_in_work(self) -> bool:
        return self.state in (self.State.STALE, self.State.BUILDING)

    @property
    def megabytes(self) -> float:
        return self.size / 1_000_000
