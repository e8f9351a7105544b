"""How often articles are read. No visitor is known here: a number for each article and day, nothing else."""

from django.db import models
from django.db.models import Q

from .article import Article


class ReadCount(models.Model):
    """Readings of one article on one day (Asia/Shanghai), as journal/reads.py defines them. Written there alone."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="read_counts", verbose_name="文章")
    day = models.DateField("日期")
    number = models.PositiveIntegerField("阅读次数")

    class Meta:
        verbose_name = verbose_name_plural = "阅读量"
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=("article", "day"), name="read_count_once_a_day"),
            models.CheckConstraint(condition=Q(number__gt=0), name="read_count_positive"),
        ]
        indexes = [models.Index(fields=("day", "article"), name="read_count_by_day")]

    def __str__(self):
        return f"{self.article} {self.day} {self.number}"
