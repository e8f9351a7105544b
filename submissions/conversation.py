"""What editor and contributor say to each other about a manuscript: points to change, answered one by one, and
messages."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from journal.models import Approval


class ReturnPointQuerySet(models.QuerySet):
    def asked_now(self, submission):
        """The points of the return that waits for its answer: it stands on the text as it was handed in last."""
        if submission.text is None:
            return self.none()
        last = Approval.objects.on(submission.text).standing().filter(kind__in=Approval.REVIEWS).last()
        asked = last is not None and last.version_id == submission.text.current_id
        return self.filter(submission=submission, approval=last) if asked else self.none()


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

    objects = ReturnPointQuerySet.as_manager()

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

    @property
    def is_about_picture(self) -> bool:
        return self.quote.startswith("照片")


class MessageQuerySet(models.QuerySet):
    def unanswered(self):
        """What contributors wrote and nobody answered or settled (待答复), the oldest first."""
        return self.filter(from_office=False, settled_at__isnull=True)

    def unread_by(self, contributor):
        """What the office wrote to a contributor and has not been opened."""
        return self.filter(from_office=True, read_at__isnull=True, submission__contributor=contributor)


class Message(models.Model):
    """A question or an answer on a manuscript, between its contributor and the office (来往信件)."""

    submission = models.ForeignKey(
        "submissions.Submission", models.PROTECT, related_name="messages", verbose_name="稿件"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="写信人")
    # Whose turn it is to answer: the office, or the contributor.
    from_office = models.BooleanField("编辑部写的")
    body = models.TextField("内容")
    # A contributor asks for more time to mend (请求延期): until when, with the reason as body; settled by granting or not.
    asks_until = models.DateField("请求延到", null=True, blank=True)
    at = models.DateTimeField("时间", default=timezone.now)
    read_at = models.DateTimeField("对方阅读时间", null=True, blank=True)
    # Set where the office answered or decided that no answer is needed: the desk counts what is open.
    settled_at = models.DateTimeField("办结时间", null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "来往信件"
        ordering = ("at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(asks_until__isnull=True) | Q(from_office=False),
                name="message_more_time_asked_by_contributor",
            ),
            models.UniqueConstraint(
                fields=("submission",),
                condition=Q(asks_until__isnull=False, settled_at__isnull=True),
                name="message_more_time_asked_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=("at",), condition=Q(from_office=False, settled_at__isnull=True), name="message_unanswered"
            )
        ]

    def __str__(self):
        return f"{self.author}：{self.body[:20]}"
