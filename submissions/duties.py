"""The division of work: the colleague a column's manuscripts go to; `assigning` gives them out."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from journal.models import Section
from members.models import User

from .states import STAGE_ROLES, Stage


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

    def clean(self):
        if self.person_id and self.stage and not holds_role(self.person, Stage(self.stage)):
            role = STAGE_ROLES[Stage(self.stage)].label
            raise ValidationError({"person": f"{self.person}的身份不是“{role}”，不能负责{self.get_stage_display()}。"})


def holds_role(person: User, stage: Stage) -> bool:
    """Whether the person may review at this stage at all."""
    return STAGE_ROLES[stage] in person.roles
