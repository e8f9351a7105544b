"""Who reviews what: the colleague a column's manuscripts go to, and the one a manuscript was given to."""

from django.conf import settings
from django.db import models

from journal.models import Section

from .states import Stage


class SectionDuty(models.Model):
    """Manuscripts of this column go to this person at this stage, unless somebody decides otherwise (责任编辑)."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="duties", verbose_name="栏目")
    stage = models.CharField("环节", max_length=8, choices=Stage, default=Stage.FIRST)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="section_duties", verbose_name="负责人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "栏目分工"
        ordering = ("section", "stage")
        constraints = [models.UniqueConstraint(fields=("section", "stage"), name="section_duty_once")]

    def __str__(self):
        return f"{self.section} {self.get_stage_display()}：{self.person}"
