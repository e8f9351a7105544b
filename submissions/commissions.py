"""选题、约稿: what an issue is planned to hold, who was asked for it, and when it is due (RULES.md section 11)."""

import secrets
from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from journal.models import Issue, Section

from .states import State

TOKEN_BYTES = 16
MOST_TOPIC, MOST_INVITEE = 100, 60


def new_token() -> str:
    """What an invitation link carries: not to be guessed, short enough for WeChat."""
    return secrets.token_urlsafe(TOKEN_BYTES)


DUE_SOON_DAYS = 3
# A manuscript taken back does not answer the commission any more: it may be begun anew.
_ARRIVED = Q(submission__submitted_at__isnull=False) & ~Q(submission__state=State.WITHDRAWN)


class CommissionQuerySet(models.QuerySet):
    """The manuscript decides whether a commission has arrived: nothing is stored twice."""

    def arrived(self):
        return self.filter(_ARRIVED).exclude(state=Commission.State.CANCELLED)

    def open(self):
        """Planned, asked for or being written; neither arrived nor given up."""
        return self.exclude(_ARRIVED).exclude(state=Commission.State.CANCELLED)

    def asked(self):
        """Open, and somebody knows of it: what can be reminded of."""
        return self.open().exclude(state=Commission.State.PLANNED)

    def due(self, on: date | None = None):
        """Asked for and overdue, or due within DUE_SOON_DAYS days; the deadline includes its day."""
        on = on or timezone.localdate()
        return self.asked().filter(due_on__lte=on + timedelta(days=DUE_SOON_DAYS))


def commissions_due(user, on: date | None = None) -> CommissionQuerySet:
    """What `user` has to remind of, the earliest deadline first; nothing for who does not commission."""
    if not user.has_perm("submissions.commission"):
        return Commission.objects.none()
    return Commission.objects.due(on).order_by("due_on", "pk")


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
    topic = models.CharField("选题", max_length=MOST_TOPIC)
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
    invitee = models.CharField("约稿人（没有账号）", max_length=MOST_INVITEE, blank=True)
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

    objects = CommissionQuerySet.as_manager()

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

    def get_absolute_url(self):
        """The invitation: who holds this address may start the manuscript."""
        return reverse("invitation", args=[self.token])

    @property
    def standing(self) -> str:
        """Where it stands, as State: what the manuscript tells comes before what was noted here."""
        if self.state != self.State.STARTED:
            return self.state
        if self.submission.state == State.WITHDRAWN:
            return self.State.INVITED
        return self.State.ARRIVED if self.submission.submitted_at else self.State.STARTED

    @property
    def standing_label(self) -> str:
        return self.State(self.standing).label

    @property
    def is_open(self) -> bool:
        return self.standing not in (self.State.ARRIVED, self.State.CANCELLED)

    @property
    def days_left(self) -> int:
        """Until the deadline, 0 on its day, negative when it has passed."""
        return (self.due_on - timezone.localdate()).days

    @property
    def asked_of(self) -> str:
        """Who is to write, as people say it; empty while that is open."""
        who = str(self.person or "") or self.invitee
        return f"{who}（{self.unit}）" if who and self.unit else who or str(self.unit or "")
