"""What contributors send, and what the office answers."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from journal import assembly
from journal.models import Article, Issue, Picture, Section, Text, TextVersion

from .states import AWAITING_REVIEW, Stage, State


class CallQuerySet(models.QuerySet):
    def open_on(self, day=None):
        """Calls that take manuscripts on `day` (default today); the deadline includes its day."""
        day = day or timezone.localdate()
        return self.filter(opens_on__lte=day, closes_on__gte=day).order_by("closes_on")

    def current(self):
        """The open call that closes first, or None."""
        return self.open_on().prefetch_related("sections").select_related("issue").first()

    def upcoming(self, day=None):
        return self.filter(opens_on__gt=day or timezone.localdate()).order_by("opens_on")

    def closed(self, day=None):
        """Calls whose deadline has passed, the latest first."""
        return self.filter(closes_on__lt=day or timezone.localdate()).order_by("-closes_on")


class Call(models.Model):
    """A call for submissions (征稿启事). Its limits are data: next year's call needs no code (RULES.md section 1)."""

    title = models.CharField("标题", max_length=100)
    issue = models.ForeignKey(
        Issue, models.PROTECT, null=True, blank=True, related_name="calls", verbose_name="征集的期"
    )
    html = models.TextField("启事正文", blank=True)
    opens_on = models.DateField("开始日期", default=timezone.localdate)
    closes_on = models.DateField("截稿日期", help_text="含当日。")
    word_limit = models.PositiveIntegerField("文字稿一般不超过（字）", default=3000)
    dpi_limit = models.PositiveSmallIntegerField("图片分辨率不低于（像素/英寸）", default=300)
    reply_days = models.PositiveSmallIntegerField("多少天内答复", default=30)
    sections = models.ManyToManyField(Section, related_name="calls", verbose_name="征稿栏目")
    secrecy_wording = models.CharField("不涉密声明", max_length=200, default="稿件和图片不涉及国家秘密、工作秘密。")
    authorship_wording = models.CharField(
        "署名声明", max_length=200, default="署名没有争议，列出的作者都同意署名和排序。"
    )
    copyright_wording = models.CharField(
        "版权声明", max_length=200, default="文字、引注、图片都有权使用，引起的版权问题由作者负责。"
    )

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "征稿启事"
        ordering = ("-closes_on", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="call_closes_after_opening",
                violation_error_message="截稿日期不能早于开始日期。",
            ),
            models.CheckConstraint(condition=Q(word_limit__gt=0) & Q(dpi_limit__gt=0), name="call_limits_positive"),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        from journal.text.blocks import canonical

        self.html = canonical(self.html)
        super().save(*args, **kwargs)

    @property
    def days_left(self) -> int:
        return (self.closes_on - timezone.localdate()).days

    @property
    def offered_sections(self):
        """The columns the call asks for; all columns in use where it names none."""
        chosen = self.sections.active()
        return chosen if chosen.exists() else Section.objects.active()

    def wording(self, kind: str) -> str:
        """The sentence a contributor ticks for a Declaration.Kind."""
        return getattr(self, f"{kind}_wording")


class SubmissionQuerySet(models.QuerySet):
    def sent(self):
        """Everything that ever reached the office: drafts stay private to their writers."""
        return self.filter(submitted_at__isnull=False)

    def of(self, user):
        return self.filter(contributor=user)

    def awaiting_review(self, *stages: Stage):
        awaiting = self.filter(state__in=AWAITING_REVIEW)
        return awaiting.filter(stage__in=stages) if stages else awaiting


class Submission(models.Model):
    """A manuscript from draft to decision (稿件). What was submitted is `text`; the draft fields are what is typed.

    Written by workflow alone: state, stage, receipt_number, submitted_at, decided_at, article.
    """

    class Kind(models.TextChoices):
        TEXT = "text", "文字稿"
        IMAGE = "image", "图片稿"

    class Channel(models.TextChoices):
        WEB = "web", "网上投稿"
        MAIL = "mail", "邮件"
        PHONE = "phone", "电话"
        POST = "post", "邮寄"
        WECHAT = "wechat", "微信"
        USB = "usb", "U盘"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("类别", max_length=8, choices=Kind, default=Kind.TEXT)
    state = models.CharField("状态", max_length=12, choices=State, default=State.DRAFT, editable=False)
    stage = models.CharField("待审环节", max_length=8, choices=Stage, default=Stage.FIRST, editable=False)
    # Null while a draft has none: unique allows many nulls, not many empty strings.
    receipt_number = models.CharField("收稿号", max_length=12, null=True, unique=True, editable=False)  # noqa: DJ001
    contributor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="submissions", verbose_name="投稿人"
    )
    unit = models.ForeignKey(
        "members.Unit", models.PROTECT, null=True, blank=True, related_name="submissions", verbose_name="单位"
    )
    call = models.ForeignKey(Call, models.PROTECT, related_name="submissions", verbose_name="征稿启事")
    section = models.ForeignKey(
        Section, models.PROTECT, null=True, blank=True, related_name="submissions", verbose_name="栏目"
    )
    origin = models.CharField("来稿性质", max_length=12, choices=Article.Origin, default=Article.Origin.ORIGINAL)
    # As typed, however long: the checks say what is too long, the draft keeps it (DESIGN.md 9).
    source_name = models.TextField("原载报刊或网站", blank=True)
    source_url = models.TextField("原文网址", blank=True)
    source_issue = models.TextField("原载日期或期号", blank=True)
    channel = models.CharField("来稿方式", max_length=8, choices=Channel, default=Channel.WEB)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="registered_submissions",
        verbose_name="代录人",
    )
    mail = models.ForeignKey(
        "submissions.InboundMail",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="submissions",
        verbose_name="来信",
        editable=False,
    )

    # What is being typed. Kept as typed; submitting makes a TextVersion of it.
    title = models.TextField("标题", blank=True)
    subtitle = models.TextField("副标题", blank=True)
    body = models.TextField("正文", blank=True)
    byline = models.TextField("署名", blank=True)
    affiliation = models.TextField("单位、职务", blank=True)
    author_note = models.TextField("作者说明", blank=True)
    # Several pieces under one title: acceptance makes an article of each (组合文章).
    is_composite = models.BooleanField("组合稿", default=False)
    # Raised by each draft save, so that a form opened in a second tab cannot overwrite the first silently.
    draft_number = models.PositiveIntegerField(default=0, editable=False)
    saved_at = models.DateTimeField("保存时间", default=timezone.now, editable=False)
    # The browser tab of the last save: its own repeated save, after a broken answer, is no conflict.
    draft_tab = models.CharField(max_length=40, blank=True, editable=False)
    # What stale tabs typed, by tab: kept beside the draft until its writer has chosen.
    conflict = models.JSONField(null=True, blank=True, editable=False)
    # Changes the writer let the checks make, newest last; each can be undone.
    mended = models.JSONField(default=list, blank=True, editable=False)

    text = models.OneToOneField(
        Text, models.PROTECT, null=True, blank=True, related_name="submission", verbose_name="文本", editable=False
    )
    article = models.OneToOneField(
        Article, models.PROTECT, null=True, blank=True, related_name="submission", verbose_name="文章", editable=False
    )
    # Whose turn it is at the present stage; empty means whoever of that role comes first.
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_submissions",
        verbose_name="经办人",
        editable=False,
    )
    created_at = models.DateTimeField("建稿时间", auto_now_add=True)
    submitted_at = models.DateTimeField("收稿时间", null=True, blank=True, editable=False)
    # The day it reached the office by post, phone or hand; registering may come later.
    received_on = models.DateField("收到日期", null=True, blank=True, editable=False)
    waiting_since = models.DateTimeField("本环节开始时间", null=True, blank=True, editable=False)
    decided_at = models.DateTimeField("决定时间", null=True, blank=True, editable=False)
    due_on = models.DateField("交回期限", null=True, blank=True, editable=False)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "稿件"
        ordering = ("-submitted_at", "-created_at")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="submission_state_known"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="submission_stage_known"),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "withdrawn"))
                | (Q(receipt_number__isnull=False) & Q(submitted_at__isnull=False) & Q(text__isnull=False)),
                name="submission_sent_has_receipt_and_text",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted") | Q(article__isnull=True), name="submission_article_only_when_accepted"
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(article__isnull=False), name="submission_accepted_has_article"
            ),
        ]
        indexes = [models.Index(fields=("state", "stage", "waiting_since"), name="submission_queue")]

    def __str__(self):
        return self.title or "（还没写标题）"

    def get_absolute_url(self):
        return reverse("submission", args=[self.pk])

    @property
    def is_editable(self) -> bool:
        return self.state in (State.DRAFT, State.RETURNED)

    @property
    def days_waiting(self) -> int:
        """Whole days in the present stage, in local time."""
        since = self.waiting_since or self.saved_at
        return (timezone.localdate() - timezone.localdate(since)).days

    @property
    def version(self) -> TextVersion | None:
        """What was handed in and is reviewed: whole, also after acceptance took a composite apart."""
        if self.text is None:
            return None
        return assembly.whole_version(self.text) if self.is_composite else self.text.current

    @property
    def label(self) -> str:
        """State as people say it: 审稿中 · 待复审."""
        if self.state in AWAITING_REVIEW:
            return f"待{Stage(self.stage).label}"
        return State(self.state).label


class Attachment(models.Model):
    """A photograph of a submission, in the writer's order. Text entries place it with 【照片1】."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="attachments")
    picture = models.ForeignKey(Picture, models.PROTECT, related_name="attachments")
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "照片"
        ordering = ("position", "pk")
        constraints = [models.UniqueConstraint(fields=("submission", "picture"), name="attachment_picture_once")]

    def __str__(self):
        return str(self.picture)


class Declaration(models.Model):
    """One of the call's three declarations, as ticked: wording shown, person, time (RULES.md section 1)."""

    class Kind(models.TextChoices):
        SECRECY = "secrecy", "不涉密"
        AUTHORSHIP = "authorship", "署名无争议"
        COPYRIGHT = "copyright", "版权由作者负责"

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="declarations")
    kind = models.CharField("声明", max_length=12, choices=Kind)
    wording = models.CharField("声明原文", max_length=200)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="declarations", verbose_name="声明人"
    )
    at = models.DateTimeField("时间", default=timezone.now)
    # Ticked by an editor for a person who declared on paper, by phone or in a message: who wrote it down, and how told.
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="代录人"
    )
    how = models.CharField("怎样声明的", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "声明"
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=("submission", "kind"), name="declaration_once")]

    def __str__(self):
        return self.get_kind_display()


class CheckRun(models.Model):
    """The findings on one version, kept as they were shown at submitting (DESIGN.md 10)."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="check_runs")
    version = models.ForeignKey(TextVersion, models.PROTECT, related_name="check_runs")
    findings = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "检查记录"
        ordering = ("-at", "-pk")

    def __str__(self):
        return f"{self.submission} {len(self.findings)} 条"


class Acknowledgement(models.Model):
    """A warning the writer keeps on purpose: by code and hash of the quoted passage, with a reason."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="acknowledgements")
    code = models.CharField(max_length=40)
    quote_hash = models.CharField(max_length=64)
    reason = models.CharField("理由", max_length=200)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "已说明的警告"
        constraints = [
            models.UniqueConstraint(fields=("submission", "code", "quote_hash"), name="acknowledgement_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="acknowledgement_has_reason"),
        ]

    def __str__(self):
        return f"{self.code}：{self.reason}"


class LetterQuerySet(models.QuerySet):
    def readable(self, at=None):
        """What its recipient may read: a held letter not before its time, a recalled one never.

        A digest only repeats by e-mail what stands in the account.
        """
        held = Q(delivery=Letter.Delivery.HELD, send_after__gt=at or timezone.now())
        return self.exclude(held | Q(delivery=Letter.Delivery.RECALLED) | Q(kind=Letter.Kind.DIGEST))

    def to_mail(self, at=None):
        """What the outbox may take now."""
        waiting = (Letter.Delivery.HELD, Letter.Delivery.QUEUED)
        return self.filter(delivery__in=waiting, send_after__lte=at or timezone.now())


class Letter(models.Model):
    """A letter of the office (通知). Always readable in the account; e-mailed after commit where possible."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", "收稿回执"
        RETURN = "return", "退修通知"
        ACCEPT = "accept", "用稿通知"
        REJECT = "reject", "退稿通知"
        WITHDRAW = "withdraw", "撤稿确认"
        INVITE = "invite", "约稿信"
        REMINDER = "reminder", "催稿"
        OVERDUE = "overdue", "催交"
        SAMPLE = "sample", "样刊通知"
        DIGEST = "digest", "汇总通知"

    class Delivery(models.TextChoices):
        ACCOUNT = "account", "账号内可读"
        HELD = "held", "待发（可撤回）"
        QUEUED = "queued", "待发邮件"
        # Claimed by the one process that sends it; what stays so was cut short and is looked into by a person.
        SENDING = "sending", "正在发送"
        UNSURE = "unsure", "待查"
        MERGED = "merged", "并入汇总"
        SENT = "sent", "已发邮件"
        FAILED = "failed", "邮件未发出"
        RECALLED = "recalled", "已撤回"

    # Letters about a commission or a digest belong to no manuscript.
    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name="稿件"
    )
    commission = models.ForeignKey(
        "submissions.Commission",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="letters",
        verbose_name="选题约稿",
    )
    # Empty for an invited person without an account: the text is copied for WeChat.
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name="收信人"
    )
    kind = models.CharField("类别", max_length=10, choices=Kind)
    subject = models.CharField("标题", max_length=200)
    body = models.TextField("正文")
    at = models.DateTimeField("时间", default=timezone.now)
    delivery = models.CharField("送达", max_length=8, choices=Delivery, default=Delivery.ACCOUNT)
    delivery_error = models.CharField("未发出的原因", max_length=300, blank=True)
    # Held until then: a decision can be taken back together with its letter.
    send_after = models.DateTimeField("发出时间", default=timezone.now)
    attempts = models.PositiveSmallIntegerField("发送次数", default=0)
    sent_at = models.DateTimeField("实际发出时间", null=True, blank=True)
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        ordering = ("-at", "-pk")
        indexes = [models.Index(fields=("delivery", "send_after"), name="letter_outbox")]

    def __str__(self):
        return self.subject


class LetterTemplate(models.Model):
    """The office's own wording of a kind of letter; without a row the built-in one is used (templates/letters/)."""

    kind = models.CharField("类别", max_length=10, choices=Letter.Kind, unique=True)
    subject = models.CharField("标题", max_length=200)
    body = models.TextField("正文", help_text="【收信人】【题目】这样的词会换成实际内容。")

    class Meta:
        verbose_name = verbose_name_plural = "通知模板"
        ordering = ("kind",)

    def __str__(self):
        return self.get_kind_display()


class ReceiptCounter(models.Model):
    """The last receipt number of a year, locked while the next is taken (DESIGN.md 13)."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(last__gte=0), name="receipt_counter_not_negative")]

    def __str__(self):
        return f"{self.year}-{self.last:04d}"


from .arrivals import InboundMail, Mailbox, Original  # noqa: E402, F401
from .commissions import Commission  # noqa: E402, F401
from .conversation import Message, ReturnPoint  # noqa: E402, F401
from .duties import SectionDuty  # noqa: E402, F401
from .house_style import Edition, NamingOrder, PreferredTerm, Tenure, UnitName  # noqa: E402, F401
from .ledger import Ledger, PointRule, Quota  # noqa: E402, F401
from .parcels import Parcel  # noqa: E402, F401
from .registers import DistributionLine, Fee, SampleCopy  # noqa: E402, F401
