"""What became different for readers, article by article, in the order of the commits (changes.py writes it)."""

from django.db import models
from django.utils import timezone

from .article import Article
from .issue import Access
from .text import TextVersion


class ArticleChange(models.Model):
    """An article as readers had it before and have it now; empty access: not at all.

    The key is the cursor that programs keep: whoever has seen a number misses nothing that follows it.
    """

    article = models.ForeignKey(Article, models.CASCADE, related_name="changes", verbose_name="文章")
    version = models.ForeignKey(TextVersion, models.PROTECT, null=True, related_name="+", verbose_name="版本")
    access_before = models.CharField("原来的阅读范围", max_length=10, choices=Access, blank=True)
    access_after = models.CharField("现在的阅读范围", max_length=10, choices=Access, blank=True)
    at = models.DateTimeField("时间", default=timezone.now, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "读者看到的变化"
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(access_before="") | ~models.Q(access_after=""), name="change_was_or_is_readable"
            ),
        ]

    def __str__(self):
        return f"《{self.article}》{self.get_access_before_display()} → {self.get_access_after_display()}"
