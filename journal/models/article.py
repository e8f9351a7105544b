"""Articles in issues, and the people and units who sign them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from .issue import Access, Issue, IssueSection, Section
from .text import Content, Text


class Author(models.Model):
    """A person under whose name articles have appeared; independent of any account."""

    # As long as a byline may be: whoever signs a printed piece has an author's page.
    name = models.CharField("姓名", max_length=100)
    unit = models.ForeignKey("members.Unit", models.PROTECT, null=True, blank=True, verbose_name="单位")
    note = models.CharField("简介", max_length=200, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="author", verbose_name="账号"
    )

    class Meta:
        verbose_name = verbose_name_plural = "作者"
        ordering = ("name", "pk")

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("author", args=[self.pk])


class ArticleQuerySet(models.QuerySet):
    def toplevel(self):
        return self.filter(parent__isnull=True)

    def unplaced(self):
        """The pool: accepted, in no issue yet (DESIGN.md 1)."""
        return self.toplevel().filter(issue__isnull=True, withdrawn_at__isnull=True)

    def published(self, at=None):
        return self.filter(
            issue__state=Issue.State.PUBLISHED,
            issue__published_at__lte=at or timezone.now(),
            withdrawn_at__isnull=True,
        ).exclude(access=Access.UNDECIDED)

    def came_out(self):
        """In an issue readers have had, withdrawn since or not."""
        return self.filter(issue__state__in=(Issue.State.PUBLISHED, Issue.State.WITHDRAWN))

    def visible_to(self, user):
        """What the person may read: 公开 for everyone, 内部 for approved accounts (DESIGN.md 6)."""
        published = self.published()
        if getattr(user, "is_member", False):
            return published
        return published.filter(access=Access.PUBLIC)

    def in_printed_order(self):
        """By the issue's own order of columns, then position; one order for screen, contents and editions."""
        place = IssueSection.objects.filter(issue=models.OuterRef("issue"), section=models.OuterRef("section"))
        return self.annotate(section_position=models.Subquery(place.values("position")[:1])).order_by(
            "-issue__year", "-issue__number", "section_position", "position", "pk"
        )

    def for_contents(self):
        """With what a contents line shows, without bodies."""
        return self.toplevel().prefetch_related("bylines")


class Article(models.Model):
    """A piece of an issue (文章). `text.current` is its text; the fields here are what contents and lists show."""

    class Kind(models.TextChoices):
        TEXT = "text", "文字"
        IMAGE = "image", "图片"

    class Origin(models.TextChoices):
        ORIGINAL = "original", "原创"
        RECOMMENDED = "recommended", "推荐（转载）"

    class OnlineRight(models.TextChoices):
        """Whether a piece may be read online; a reprint needs the right (RULES.md section 11)."""

        OWN = "own", "自有"
        GRANTED = "granted", "已获授权"
        NONE = "none", "无上网权"

    text = models.OneToOneField(Text, models.PROTECT, related_name="article", verbose_name="文本")
    issue = models.ForeignKey(Issue, models.PROTECT, null=True, blank=True, related_name="articles", verbose_name="期")
    section = models.ForeignKey(Section, models.PROTECT, related_name="articles", verbose_name="栏目")
    # A composite's parts stand one level below it, in the same issue and column (assembly keeps them together).
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name="所属组稿"
    )
    position = models.PositiveSmallIntegerField("次序", default=1)
    kind = models.CharField("类别", max_length=8, choices=Kind, default=Kind.TEXT)
    kicker = models.CharField("肩题", max_length=100, blank=True)
    title = models.CharField("标题", max_length=200)
    contents_title = models.CharField("目录标题", max_length=200, blank=True, help_text="与正文标题不同时才填。")
    subtitle = models.CharField("副标题", max_length=200, blank=True)
    author_note = models.CharField("作者说明", max_length=300, blank=True)
    source_note = models.CharField("来源说明", max_length=300, blank=True)
    credits = models.CharField("文末署名", max_length=300, blank=True)
    runs_on = models.BooleanField("接排", default=False, help_text="不另起一页，接在前一篇后面。短消息不勾也会接排。")
    start_page = models.PositiveSmallIntegerField("起始页", null=True, blank=True)
    end_page = models.PositiveSmallIntegerField("结束页", null=True, blank=True)
    origin = models.CharField("来稿性质", max_length=12, choices=Origin, default=Origin.ORIGINAL)
    online_right = models.CharField("上网权利", max_length=8, choices=OnlineRight, default=OnlineRight.OWN)
    # Who granted the right to put a reprint online, and on what paper (RULES.md section 11).
    right_holder = models.CharField("授权方", max_length=100, blank=True, editable=False)
    right_basis = models.CharField("授权依据", max_length=200, blank=True, editable=False)
    access = models.CharField(
        "阅读范围", max_length=10, choices=Access, default=Access.UNDECIDED, blank=True, editable=False
    )
    withdrawn_at = models.DateTimeField("撤下时间", null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField("撤下原因", max_length=200, blank=True, editable=False)
    withdrawn_listed = models.BooleanField("目录里注明已撤下", default=False, editable=False)

    FROM_TEXT = ("kicker", "title", "subtitle", "author_note", "source_note", "credits")

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "文章"
        ordering = ("issue", "section", "position", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(start_page__isnull=True) | Q(end_page__isnull=True) | Q(end_page__gte=F("start_page")),
                name="article_pages_in_order",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="article_not_its_own_part"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""), name="article_withdrawn_has_reason"
            ),
        ]
        indexes = [models.Index(fields=("issue", "section", "position"), name="article_order")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        if self.parent_id:
            return f"{reverse('article', args=[self.parent_id])}#part-{self.pk}"
        return reverse("article", args=[self.pk])

    @property
    def listed_title(self) -> str:
        """The title as the contents print it."""
        return self.contents_title or self.title

    def as_printed(self) -> Content:
        """The piece with the titles and bylines the issue prints, and its current text."""
        lines = [{"kind": line.kind, "name": line.name, "affiliation": line.affiliation} for line in self.bylines.all()]
        facts = {name: getattr(self, name) for name in self.FROM_TEXT}
        return Content(html=self.text.current.html, bylines=lines, **facts)

    def take_over(self, content) -> None:
        """Copy the listed facts of a text's new current version; saving and bylines are the caller's."""
        for name in self.FROM_TEXT:
            setattr(self, name, getattr(content, name))


class Byline(models.Model):
    """A signature as printed (署名): a person with affiliation, or a unit. Frozen when the issue is published."""

    class Kind(models.TextChoices):
        PERSON = "person", "个人"
        UNIT = "unit", "单位"

    article = models.ForeignKey(Article, models.CASCADE, related_name="bylines")
    position = models.PositiveSmallIntegerField("次序", default=1)
    kind = models.CharField("类别", max_length=8, choices=Kind, default=Kind.PERSON)
    name = models.CharField("署名", max_length=100, help_text="照登的名字；两字姓名中间不加空格。")
    affiliation = models.CharField("单位、职务", max_length=100, blank=True)
    author = models.ForeignKey(
        Author, models.PROTECT, null=True, blank=True, related_name="bylines", verbose_name="作者"
    )
    unit = models.ForeignKey(
        "members.Unit", models.PROTECT, null=True, blank=True, related_name="bylines", verbose_name="单位"
    )

    class Meta:
        verbose_name = verbose_name_plural = "署名"
        ordering = ("position", "pk")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="byline_has_name"),
        ]

    def __str__(self):
        return self.name
