"""What editor and contributor say to each other about a manuscript: points to change, answered one by one, and
messages."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from journal.models import Approval


class ReturnPoint(models.Model):
    """One thing a return asks to change; the contributor ticks it off, with a reply, or says why not (退修意见)."""

    class Answer(models.TextChoices):
        OPEN = "open", "待处理"
        DONE = "done", "已改"
        NOT_DONE = "not_done", "没有改"

    submission = models.ForeignKey(
        "submissions.Submission", models.CASCADE, related_name="return_points", verbose_name="稿件"
    )
    approval = models.ForeignKey(Approval, models.PROTECT, related_name="points", verbose_name="退修决定")
    position = models.PositiveSmallIntegerField("次序")
    quote = models.CharField("原文", max_length=300, blank=True)
    words = models.TextField("要改什么")
    answer = models.CharField("处理", max_length=10, choices=Answer, default=Answer.OPEN)
    reply = models.CharField("回复", max_length=300, blank=True)
    answered_at = models.DateTimeField("处理时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "退修意见"
        ordering = ("approval", "position")
        constraints = [
            models.UniqueConstraint(fields=("approval", "position"), name="return_point_position_once"),
            models.CheckConstraint(
                condition=~Q(answer="not_done") | ~Q(reply=""), name="return_point_not_done_has_reply"
            ),
        ]

    def __str__(self):
        return self.words


class Message(models.Model):
    """A question or an answer on a manuscript, between its contributor and the office (来往信件)."""

    submission = models.ForeignKey(
        "submissions.Submission", models.PROTECT, related_name="messages", verbose_name="稿件"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="写信人")
    # Whose turn it is to answer: the office, or the contributor.
    from_office = models.BooleanField("编辑部写的")
    body = models.TextField("内容")
    at = models.DateTimeField("时间", default=timezone.now)
    read_at = models.DateTimeField("对方阅读时间", null=True, blank=True)
    # Set where the office answered or decided that no answer is needed: the desk counts what is open.
    settled_at = models.DateTimeField("办结时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "来往信件"
        ordering = ("at", "pk")

    def __str__(self):
        return f"{self.author}：{self.body[:20]}"
