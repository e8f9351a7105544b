"""Photographs: the verified original under its hash, and what was found out about it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse


def original_path(picture: "Picture", filename: str) -> str:
    """Stored under the hash, so that no name from outside reaches the disk and equal files share one place."""
    return f"pictures/{picture.sha256[:2]}/{picture.sha256}.{picture.format.lower()}"


class PictureQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Pictures a reader may see: covers of, and figures in the current text of, what the person may read."""
        from .article import Article
        from .issue import Issue

        articles = Article.objects.visible_to(user)
        issues = Issue.objects.visible_to(user)
        # Subqueries keep one row a picture without DISTINCT over JSON columns.
        return self.filter(Q(pk__in=articles.values("text__current__pictures")) | Q(pk__in=issues.values("cover")))


class Picture(models.Model):
    """An uploaded photograph. Width and height are pixels as seen, after orientation (RULES.md section 6)."""

    class Category(models.TextChoices):
        NEWS = "news", "新闻图片"
        WORK = "work", "工作动态"
        SOCIETY = "society", "社会生活"
        NATURE = "nature", "自然风光"
        ART = "art", "书画作品"

    class PrintWidth(models.IntegerChoices):
        """Intended print width in millimetres on 大16开 (RULES.md section 6)."""

        PORTRAIT = 25, "人像 2.5 厘米宽"
        COLUMN = 81, "单栏 8.1 厘米宽"
        TYPE_AREA = 170, "通栏 17 厘米宽"
        PAGE = 210, "整页 21 厘米宽"

    file = models.FileField("原图", upload_to=original_path, max_length=200)
    sha256 = models.CharField(max_length=64, db_index=True)
    original_name = models.CharField("文件名", max_length=200)
    format = models.CharField("格式", max_length=10)
    size = models.PositiveIntegerField("字节数")
    width = models.PositiveIntegerField("宽（像素）")
    height = models.PositiveIntegerField("高（像素）")
    details = models.JSONField("检测结果", default=dict, blank=True)
    caption = models.CharField("图片说明", max_length=200, blank=True)
    photographer = models.CharField("摄影", max_length=40, blank=True)
    taken_on = models.DateField("拍摄日期", null=True, blank=True)
    category = models.CharField("类别", max_length=10, choices=Category, blank=True)
    print_width_mm = models.PositiveSmallIntegerField("拟印宽度", choices=PrintWidth, default=PrintWidth.COLUMN)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="pictures", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)

    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "图片"
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(condition=Q(width__gt=0) & Q(height__gt=0), name="picture_has_size"),
        ]

    def __str__(self):
        return self.caption or self.original_name

    def get_absolute_url(self):
        return reverse("picture", args=[self.pk, 1600])

    @property
    def print_cm_at_300(self) -> tuple[float, float]:
        """Width and height in centimetres at 300 dots per inch: what the pixels really give."""
        return round(self.width / 300 * 2.54, 1), round(self.height / 300 * 2.54, 1)

    @property
    def dpi_at_print_width(self) -> int:
        """Dots per inch at the intended print width."""
        return int(self.width / (self.print_width_mm / 25.4))
