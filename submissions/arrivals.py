"""What arrived, as it arrived: original files and e-mails, kept beside what was made of them (DESIGN.md 9, 12)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


def original_path(original: "Original", filename: str) -> str:
    """Stored under the hash: no name from outside reaches the disk, and equal files share one place."""
    return f"originals/{original.sha256[:2]}/{original.sha256}"


def message_path(mail: "InboundMail", filename: str) -> str:
    return f"mail/{mail.sha256[:2]}/{mail.sha256}.eml"


class InboundMail(models.Model):
    """An e-mail waiting in the admin until an editor confirms, merges or discards it (DESIGN.md 4).

    `message_id` may be missing or repeated by careless programs: what makes a message the same is `sha256` of its
    decoded sender, subject, date, text and attachments, and the Message-ID where there is one.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待确认"
        CONFIRMED = "confirmed", "已收作稿件"
        MERGED = "merged", "已并入稿件"
        DISCARDED = "discarded", "不作稿件"

    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    message_id = models.CharField("邮件标识", max_length=300, blank=True, db_index=True)
    sha256 = models.CharField("原件校验值", max_length=64)
    content_hash = models.CharField("内容校验值", max_length=64, unique=True)
    raw = models.FileField("原始邮件", upload_to=message_path, max_length=200)
    size = models.PositiveIntegerField("字节数")
    sender_name = models.CharField("发件人", max_length=200, blank=True)
    sender_address = models.CharField("发件地址", max_length=300, blank=True, db_index=True)
    subject = models.CharField("主题", max_length=500, blank=True)
    sent_at = models.DateTimeField("发件时间", null=True, blank=True)
    body = models.TextField("正文", blank=True)
    # What a reader of the message should know, in plain Chinese: large-file links, unreadable parts, odd dates.
    problems = models.JSONField("要留意的", default=list, blank=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="mails", verbose_name="投稿人"
    )
    unit = models.ForeignKey(
        "members.Unit", models.PROTECT, null=True, blank=True, related_name="mails", verbose_name="单位"
    )
    received_at = models.DateTimeField("收取时间", default=timezone.now)
    handled_at = models.DateTimeField("办理时间", null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办理人"
    )
    reason = models.CharField("不作稿件的原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "来信"
        ordering = ("-received_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(handled_at__isnull=False), name="inbound_mail_handled_when_decided"
            ),
        ]

    def __str__(self):
        return self.subject or "（没有主题）"


class Mailbox(models.Model):
    """How far a mailbox folder has been read: by UID, as long as the server keeps its UIDVALIDITY (RFC 3501, 2.3.1.1)."""

    address = models.CharField("邮箱和文件夹", max_length=300, unique=True)
    uid_validity = models.PositiveBigIntegerField()
    last_uid = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "邮箱"

    def __str__(self):
        return self.address


class Original(models.Model):
    """A file as it arrived (原件), with the name its sender gave it: never changed, open to those who may read what it
    belongs to."""

    submission = models.ForeignKey(
        "submissions.Submission", models.CASCADE, null=True, blank=True, related_name="originals", verbose_name="稿件"
    )
    mail = models.ForeignKey(
        InboundMail, models.CASCADE, null=True, blank=True, related_name="originals", verbose_name="来信"
    )
    file = models.FileField("文件", upload_to=original_path, max_length=200)
    name = models.CharField("文件名", max_length=255)
    sha256 = models.CharField("校验值", max_length=64, db_index=True)
    size = models.PositiveIntegerField("字节数")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="上传人"
    )
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "原件"
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=Q(submission__isnull=False) | Q(mail__isnull=False), name="original_belongs_somewhere"
            ),
        ]

    def __str__(self):
        return self.name
