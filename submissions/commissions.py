"""选题、约稿: what an issue is planned to hold, who was asked for it, and when it is due (RULES.md section 11)."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from journal.models import Issue, Section

TOKEN_BYTES = 16


def new_token() -> str:
    """What an invitation link carries: not to be guessed, short enough for WeChat."""
    return secrets.token_urlsafe(TOKEN_BYTES)


class Commission(models.Model):
    """One topic of an issue's plan, asked of a unit or a person; the manuscript that came of it, once begun."""

    class State(models.TextChoices):
        PLANNED = "planned", "拟约"
        INVITED = "invited", "已约"
        STARTED = "started", "在写"
        ARRIVED = "arrived", "已到稿"
        CANCELLED = "cancelled", "取消"

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="commissions", verbose_name="期")
    section = models.ForeignKey(Section, models.PROTECT, related_name="commissions", verbose_name="栏目")
    topic = models.CharField("选题", max_length=100)
    brief = models.TextField("要求", blank=True, help_text="角度、篇幅、照片，会写进约稿信。")
    unit = models.ForeignKey(
        "members.Unit", models.PROTECT, null=True, blank=True, related_name="commissions", verbose_name="约稿单位"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="commissions",
        verbose_name="约稿人（有账号）",
    )
    invitee = models.CharField("约稿人（没有账号）", max_length=60, blank=True)
    due_on = models.DateField("交稿期限")
    state = models.CharField("状态", max_length=10, choices=State, default=State.PLANNED, editable=False)
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    submission = models.OneToOneField(
        "submissions.Submission",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="commission",
        verbose_name="稿件",
        editable=False,
    )
    invited_at = models.DateTimeField("约稿时间", null=True, blank=True, editable=False)
    reminded_at = models.DateTimeField("上次催稿", null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="拟定人", editable=False
    )
    created_at = models.DateTimeField("拟定时间", default=timezone.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "选题约稿"
        ordering = ("due_on", "pk")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=("started", "arrived")) | Q(submission__isnull=False),
                name="commission_begun_has_submission",
            ),
        ]

    def __str__(self):
        return self.topic
