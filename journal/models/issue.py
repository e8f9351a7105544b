"""The journal, its columns, and an issue with what it carries besides articles."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from journal.text.numbers import chinese_number, chinese_year
from members.fields import WebAddressField


class Access(models.TextChoices):
    """Who may read (DESIGN.md 6). Undecided is no access at all: nothing is public by accident."""

    UNDECIDED = "", "未定"
    INTERNAL = "internal", "内部"
    PUBLIC = "public", "公开"


class JournalManager(models.Manager):
    def current(self) -> "Journal":
        return self.get(pk=1)


class Journal(models.Model):
    """The one journal of this database. Its facts stand on every page, imprint and letter."""

    name = models.CharField("刊名", max_length=40)
    frequency = models.CharField("刊期", max_length=20, default="季刊")
    licence_number = models.CharField("准印证号", max_length=60)
    licence_valid_until = models.DateField(
        "准印证有效期到",
        null=True,
        blank=True,
        help_text="照准印证上写的日期填。期满前 30 天起，每期的定稿核对会提醒。不填就不提醒。",
    )
    notice = models.CharField("封面字样", max_length=60, default="内部资料，免费交流")
    supervisor = models.CharField("主管单位", max_length=100)
    sponsor = models.CharField("主办单位", max_length=100)
    co_sponsors = models.TextField("协办单位", blank=True, help_text="每行一个。")
    compiler = models.CharField("编印单位", max_length=100, blank=True)
    office = models.CharField("编辑部", max_length=100)
    address = models.CharField("地址", max_length=200, blank=True)
    postcode = models.CharField("邮编", max_length=10, blank=True)
    email = models.EmailField("投稿邮箱", blank=True)
    phone = models.CharField("电话", max_length=40, blank=True)
    website = WebAddressField("官网", blank=True)
    distribution = models.CharField("发放范围", max_length=200, blank=True)
    about = models.TextField("简介", blank=True)
    founded_year = models.PositiveSmallIntegerField("创刊年份", null=True, blank=True)
    page_width_mm = models.PositiveSmallIntegerField("成品宽（毫米）", default=210)
    page_height_mm = models.PositiveSmallIntegerField("成品高（毫米）", default=285)
    icp_number = models.CharField("ICP 备案号", max_length=60, blank=True)
    police_number = models.CharField("公安备案号", max_length=60, blank=True)
    site_identifier = models.CharField("网站标识码", max_length=60, blank=True)
    correction_url = WebAddressField("政府网站找错链接", blank=True)
    # How the office works (RULES.md section 3): data, so that another office needs no code.
    small_office = models.BooleanField(
        "小编辑部",
        default=False,
        help_text="勾选后，一个人可以做同一篇稿件的几个环节，但每次都要写明原因；原因会写进审校记录和操作记录。",
    )
    review_days = models.PositiveSmallIntegerField(
        "每个审稿环节几天内办完", default=7, help_text="超过就在工作台上标为超期。"
    )
    hold_minutes = models.PositiveSmallIntegerField(
        "决定后几分钟内可以撤回", default=30, help_text="这段时间里通知先不发出；填 0 就立即发出。"
    )
    error_rate_limit = models.DecimalField(
        "差错率上限（每万字）", max_digits=4, decimal_places=2, default=Decimal("2"), help_text="自定的校对标准。"
    )
    requires_print_approval = models.BooleanField(
        "刊发前要有付印签字",
        default=False,
        help_text="勾选后，没有主编的付印签字，或者签字后内容又改过，就不能刊发，除非写明原因。不勾选时只提醒。",
    )

    # How often articles are read (journal/reads.py): the office always sees it, readers where it is wanted.
    show_reads = models.BooleanField(
        "文章页显示阅读次数", default=False, help_text="显示到昨天为止的次数；怎样计数见“阅读量”。"
    )
    show_most_read = models.BooleanField(
        "首页显示“读得多的文章”", default=False, help_text="近 30 天；另有一页列出 7 天、30 天、一年的。"
    )

    objects = JournalManager()

    class Meta:
        verbose_name = verbose_name_plural = "刊物信息"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="journal_only_one")]

    def __str__(self):
        return f"《{self.name}》"

    def save(self, *args, **kwargs):
        self.pk = 1
        super().save(*args, **kwargs)


class JournalLink(models.Model):
    """A QR code of the inside cover: the 公众号, the app."""

    journal = models.ForeignKey(Journal, models.CASCADE, related_name="links")
    position = models.PositiveSmallIntegerField("次序", default=1)
    label = models.CharField("说明", max_length=40)
    url = WebAddressField("二维码内容", blank=True, help_text="填网址会自动生成二维码；不填则不显示。")

    class Meta:
        verbose_name = verbose_name_plural = "二维码"
        ordering = ("position", "pk")

    def __str__(self):
        return self.label


class SectionQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)


class Section(models.Model):
    """A column of the journal (栏目). An issue may leave some out and order them differently."""

    name = models.CharField("栏目名", max_length=30, unique=True)
    position = models.PositiveSmallIntegerField("次序", default=100)
    description = models.CharField("收什么样的稿", max_length=200, blank=True)
    is_active = models.BooleanField("在用", default=True)

    objects = SectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "栏目"
        ordering = ("position", "pk")

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("section", args=[self.pk])


class IssueQuerySet(models.QuerySet):
    def published(self, at=None):
        """Issues out at `at` (default now), newest first."""
        return self.filter(state=Issue.State.PUBLISHED, published_at__lte=at or timezone.now()).order_by(
            "-year", "-number"
        )

    def visible_to(self, user):
        """Published issues whose access the person has; the articles decide for themselves."""
        published = self.published()
        if getattr(user, "is_member", False):
            return published
        return published.filter(access=Access.PUBLIC)

    def in_the_making(self):
        return self.filter(state__in=(Issue.State.PREPARING, Issue.State.CLOSED)).order_by("year", "number")


class Issue(models.Model):
    """One number of the journal (期)."""

    class State(models.TextChoices):
        PREPARING = "preparing", "编辑中"
        CLOSED = "closed", "已定稿"
        PUBLISHED = "published", "已刊发"
        WITHDRAWN = "withdrawn", "已撤回"

    year = models.PositiveSmallIntegerField("年份", validators=[MinValueValidator(1949)])
    number = models.PositiveSmallIntegerField("期号", validators=[MinValueValidator(1)])
    serial_number = models.PositiveSmallIntegerField("总期号", validators=[MinValueValidator(1)])
    theme = models.CharField("封面主题", max_length=40, blank=True)
    cover = models.ForeignKey(
        "journal.Picture",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="covers",
        verbose_name="封面",
        help_text="不上传时按年份、期号自动生成。",
    )
    # Numbered pages, without the four sides of the cover: what is planned, then what was printed.
    pages = models.PositiveSmallIntegerField("页数", null=True, blank=True)
    deadline = models.DateField("截稿日期", null=True, blank=True)
    # The days the office means to be done by; the desk counts down to them (look/desk.md 4).
    proof_1_on = models.DateField("一校完成", null=True, blank=True)
    proof_2_on = models.DateField("二校完成", null=True, blank=True)
    proof_3_on = models.DateField("三校、通读完成", null=True, blank=True)
    print_on = models.DateField("付印", null=True, blank=True)
    publish_on = models.DateField("刊发", null=True, blank=True)
    state = models.CharField("状态", max_length=12, choices=State, default=State.PREPARING, editable=False)
    access = models.CharField(
        "阅读范围", max_length=10, choices=Access, default=Access.UNDECIDED, blank=True, editable=False
    )
    access_approved_by = models.CharField("公开批准人", max_length=60, blank=True, editable=False)
    access_approved_on = models.DateField("公开批准日期", null=True, blank=True, editable=False)
    access_basis = models.CharField("公开依据", max_length=200, blank=True, editable=False)
    closed_at = models.DateTimeField("定稿时间", null=True, blank=True, editable=False)
    published_at = models.DateTimeField("刊发时间", null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField("撤回原因", max_length=200, blank=True, editable=False)
    # Raised with every change of order, so that a stale drag is refused (DESIGN.md 5).
    order_token = models.PositiveIntegerField(default=0, editable=False)

    # The order the planned days follow.
    PLANNED = ("deadline", "proof_1_on", "proof_2_on", "proof_3_on", "print_on", "publish_on")

    objects = IssueQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "期"
        ordering = ("-year", "-number")
        constraints = [
            models.UniqueConstraint(
                fields=("year", "number"),
                name="issue_year_number_unique",
                violation_error_message="这一年的这一期已经有了。",
            ),
            models.UniqueConstraint(
                fields=("serial_number",),
                name="issue_serial_number_unique",
                violation_error_message="这个总期号已经用过了。",
            ),
            models.CheckConstraint(
                condition=~Q(state="published")
                | (Q(published_at__isnull=False) & Q(access__in=("internal", "public"))),
                name="issue_published_has_time_and_access",
            ),
            models.CheckConstraint(
                condition=~Q(access="public")
                | (~Q(access_approved_by="") & ~Q(access_basis="") & Q(access_approved_on__isnull=False)),
                name="issue_public_has_approval",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("preparing", "closed", "published", "withdrawn")), name="issue_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="issue_withdrawn_has_reason",
            ),
        ]

    def __str__(self):
        return f"{self.year}年第{self.number}期"

    def get_absolute_url(self):
        return reverse("issue", args=[self.year, self.number])

    @property
    def address(self) -> str:
        """As in addresses: 2021-3."""
        return f"{self.year}-{self.number}"

    @property
    def label(self) -> str:
        """As on the cover: 二〇二一年第三期."""
        return f"{chinese_year(self.year)}年第{chinese_number(self.number)}期"

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    @property
    def came_out(self) -> bool:
        """Readers have had it: its texts and signatures stand as printed, even where it was withdrawn since."""
        return self.state in (self.State.PUBLISHED, self.State.WITHDRAWN)

    @property
    def is_open(self) -> bool:
        """Order and texts may still change."""
        return self.state == self.State.PREPARING


class IssueSection(models.Model):
    """A column as it stands in one issue: its place, its printed name, its page range."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="sections")
    section = models.ForeignKey(Section, models.PROTECT, related_name="issue_sections", verbose_name="栏目")
    position = models.PositiveSmallIntegerField("次序", default=1)
    name = models.CharField("本期印的栏目名", max_length=30, blank=True)
    start_page = models.PositiveSmallIntegerField("起始页", null=True, blank=True)
    end_page = models.PositiveSmallIntegerField("结束页", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "本期栏目"
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(fields=("issue", "section"), name="issue_section_once"),
            models.CheckConstraint(
                condition=Q(start_page__isnull=True) | Q(end_page__isnull=True) | Q(end_page__gte=F("start_page")),
                name="issue_section_pages_in_order",
            ),
        ]

    def __str__(self):
        return self.name or self.section.name


class OrderStep(models.Model):
    """One change of an issue's order, kept so that it can be taken back (`journal.order`)."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="steps")
    # The order token the step led to: later steps have higher ones.
    token = models.PositiveIntegerField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="办理人")
    told = models.CharField("做了什么", max_length=300, blank=True)
    before = models.JSONField("之前的顺序")
    sets_pages = models.BooleanField("改的是页码", default=False)
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "编排步骤"
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=("issue", "token"), name="order_step_token_unique")]

    def __str__(self):
        return self.told

    def tell(self, told: str) -> None:
        """Say what was done, as people read it."""
        self.told = told[:300]
        self.save(update_fields=["told"])


class Imprint(models.Model):
    """What the issue says of itself (版本记录), frozen as printed; RULES.md section 7."""

    issue = models.OneToOneField(Issue, models.CASCADE, related_name="imprint")
    licence_number = models.CharField("准印证号", max_length=60, blank=True)
    notice = models.CharField("封面字样", max_length=60, blank=True)
    supervisor = models.CharField("主管单位", max_length=100, blank=True)
    sponsor = models.CharField("主办单位", max_length=100, blank=True)
    co_sponsors = models.TextField("协办单位", blank=True, help_text="每行一个。")
    compiler = models.CharField("编印单位", max_length=100, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    postcode = models.CharField("邮编", max_length=10, blank=True)
    email = models.EmailField("邮箱", blank=True)
    phone = models.CharField("电话", max_length=40, blank=True)
    website = WebAddressField("官网", blank=True)
    online_note = models.CharField("在线阅读说明", max_length=200, blank=True)
    print_house = models.CharField("印刷单位", max_length=100, blank=True)
    printed_on = models.DateField("印刷日期", null=True, blank=True)
    print_run = models.PositiveIntegerField("印数", null=True, blank=True)
    distribution = models.CharField("发送对象", max_length=200, blank=True)

    FROM_JOURNAL = [
        "licence_number",
        "notice",
        "supervisor",
        "sponsor",
        "co_sponsors",
        "compiler",
        "address",
        "postcode",
        "email",
        "phone",
        "website",
        "distribution",
    ]

    class Meta:
        verbose_name = verbose_name_plural = "版本记录"

    def __str__(self):
        return f"{self.issue} 版本记录"

    @classmethod
    def from_journal(cls, issue: Issue, journal: Journal) -> "Imprint":
        """An unsaved imprint with the journal's present facts."""
        return cls(issue=issue, **{name: getattr(journal, name) for name in cls.FROM_JOURNAL})


class ImprintAcknowledgement(models.Model):
    """A matter of judgement somebody decided to keep: by code, place and hash of the quoted passages, with a reason.

    Never deleted. A changed passage has another hash, so the old row no longer answers for it.
    """

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="imprint_acknowledgements", verbose_name="期")
    code = models.CharField("事项", max_length=40)
    place_key = models.CharField("位置", max_length=160)
    quote_hash = models.CharField("原文校验值", max_length=64)
    quote = models.TextField("原文", blank=True)
    reason = models.CharField("理由", max_length=200)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="核对人")
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "定稿核对"
        ordering = ("at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("issue", "code", "place_key", "quote_hash"), name="imprint_acknowledged_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="imprint_acknowledgement_has_reason"),
        ]

    def __str__(self):
        return f"{self.issue} {self.quote or self.code}：{self.reason}"

    @property
    def identity(self) -> tuple[str, str, str]:
        """As `imprint.Item.identity`."""
        return self.code, self.place_key, self.quote_hash


class IssueMatter(models.Model):
    """Text of the issue that is no article: the preface, the printed call."""

    class Kind(models.TextChoices):
        PREFACE = "preface", "卷首语"
        CALL = "call", "征稿启事"

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="matters")
    kind = models.CharField("类别", max_length=10, choices=Kind)
    title = models.CharField("标题", max_length=100, blank=True)
    html = models.TextField("正文", blank=True)
    signature = models.CharField("落款", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "卷首语、启事"
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=("issue", "kind"), name="issue_matter_once")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.title}".strip()

    def save(self, *args, **kwargs):
        from journal.text.blocks import canonical

        self.html = canonical(self.html)
        super().save(*args, **kwargs)


class Highlight(models.Model):
    """A line of 本期导读, as printed, leading to its article where there is one."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="highlights")
    position = models.PositiveSmallIntegerField("次序", default=1)
    text = models.CharField("导读文字", max_length=200)
    article = models.ForeignKey(
        "journal.Article", models.SET_NULL, null=True, blank=True, related_name="highlights", verbose_name="文章"
    )

    class Meta:
        verbose_name = verbose_name_plural = "本期导读"
        ordering = ("position", "pk")

    def __str__(self):
        return self.text


class BoardMember(models.Model):
    """A member of the editorial board or masthead, in the printed order; names without the setting space."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="board")
    role = models.CharField("职位", max_length=20, help_text="主任、副主任、委员、主编、编辑")
    name = models.CharField("姓名", max_length=40)
    position = models.PositiveSmallIntegerField("次序", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "编辑委员会"
        ordering = ("position", "pk")

    def __str__(self):
        return f"{self.role} {self.name}"
