"""The office's own list for 脱敏: further names to mask, and words that must stay."""

from django.db import models
from django.db.models import Q


class DesensitisedTermQuerySet(models.QuerySet):
    def in_use(self):
        return self.filter(is_active=True)


class DesensitisedTerm(models.Model):
    """A name that compilations mask, or a word that they leave though it holds one (RULES.md 9: seeds 000, 002)."""

    class Kind(models.TextChoices):
        PLACE = "place", "地名"
        UNIT = "unit", "单位"
        PERSON = "person", "人名"
        OTHER = "other", "其他"
        KEPT = "kept", "保留，不替换"

    words = models.CharField("词", max_length=100, unique=True, help_text="照正文里的写法；两字姓名中间不加空格。")
    kind = models.CharField(
        "类别",
        max_length=8,
        choices=Kind,
        default=Kind.PLACE,
        help_text="“保留”用于含有要替换的词、本身却不该换的词，例如“出海口”含有“海口”。",
    )
    note = models.CharField("说明", max_length=200, blank=True)
    is_active = models.BooleanField("使用", default=True, help_text="暂时不用的，取消勾选，不必删除。")

    objects = DesensitisedTermQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "脱敏词表"
        ordering = ("kind", "words")
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="desensitised_term_has_words")]

    def __str__(self):
        return self.words
