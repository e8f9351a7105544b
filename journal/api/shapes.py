"""What is told of issues, columns, articles, units and authors. Only what readers' pages show: nobody's account."""

from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from journal.citation import citations
from journal.models import Access, Article, Byline
from journal.text.blocks import plain_text

from . import body

Char = serializers.CharField
Whole = serializers.IntegerField
ARTICLE_KINDS, SIGNATURE_KINDS = Article.Kind.choices, Byline.Kind.choices
READABLE = [choice for choice in Access.choices if choice[0]]


class PageAddress(serializers.ReadOnlyField):
    """The page on the site where people read it."""

    def __init__(self, **options):
        super().__init__(source="get_absolute_url", help_text="网页地址", **options)

    def to_representation(self, value) -> str:
        return self.context["request"].build_absolute_uri(value)


extend_schema_field(OpenApiTypes.URI)(PageAddress)


class Shape(serializers.Serializer):
    def absolute(self, name: str, *args) -> str:
        return self.context["request"].build_absolute_uri(reverse(name, args=args))


class SectionName(Shape):
    """An article's column."""

    id = Whole()
    name = Char(help_text="栏目名")


class IssueName(Shape):
    """An issue by its names."""

    id = Char(source="address", help_text="期，写作 年-期号，例如 2021-3")
    year = Whole(help_text="年份")
    number = Whole(help_text="期号")
    serial_number = Whole(help_text="总期号")
    name = Char(source="__str__", help_text="例如 2021年第3期")


class Signature(Shape):
    """A byline as printed."""

    kind = serializers.ChoiceField(SIGNATURE_KINDS, help_text="个人或单位")
    name = Char(help_text="署名，照印的样子")
    affiliation = Char(help_text="单位、职务，照印的样子；没有印的为空")
    author = Whole(source="author_id", allow_null=True, help_text="作者编号")
    unit = Whole(source="unit_id", allow_null=True, help_text="单位编号")


class ArticleLine(Shape):
    """An article without its text."""

    id = Whole()
    url = PageAddress()
    api_url = serializers.SerializerMethodField(help_text="带正文的地址")
    title = Char(help_text="标题")
    contents_title = Char(source="listed_title", help_text="目录里的标题")
    kicker = Char(help_text="肩题；没有的为空")
    subtitle = Char(help_text="副标题；没有的为空")
    kind = serializers.ChoiceField(ARTICLE_KINDS, help_text="类别")
    section = SectionName()
    issue = IssueName()
    bylines = Signature(many=True, help_text="署名")
    start_page = Whole(allow_null=True, help_text="起始页")
    end_page = Whole(allow_null=True, help_text="结束页")
    parent = Whole(source="parent_id", allow_null=True, help_text="所属组稿的编号")
    access = serializers.ChoiceField(READABLE, help_text="阅读范围")
    published_at = serializers.DateTimeField(source="issue.published_at", help_text="刊发时间")

    @extend_schema_field(OpenApiTypes.URI)
    def get_api_url(self, article) -> str:
        return self.absolute("api:article", article.pk)


class Photo(Shape):
    """A picture of a text."""

    id = Whole()
    url = serializers.SerializerMethodField(help_text="图片地址（JPEG，宽 1600 像素以内）")
    caption = Char(help_text="图片说明")
    photographer = Char(help_text="摄影；没有的为空")
    width = Whole(help_text="原图宽（像素）")
    height = Whole(help_text="原图高（像素）")

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, picture) -> str:
        return self.absolute("picture", picture.pk, body.WIDTH)


class Erratum(Shape):
    """One place put right."""

    place = Char(help_text="哪里")
    printed = Char(allow_blank=True, help_text="原来的")
    corrected = Char(allow_blank=True, help_text="更正为")


class CorrectionMade(Shape):
    """A correction as readers are told of it."""

    at = serializers.DateTimeField(source="signed_at", help_text="更正时间")
    reason = Char(help_text="更正说明")
    errata = Erratum(many=True, help_text="更正之处")


class Citation(Shape):
    """How the article is cited."""

    standard = Char(help_text="标准")
    text = Char(help_text="引用格式")


class Text(Shape):
    """The text of an article, and what stands around it."""

    html = serializers.SerializerMethodField(
        help_text="正文，HTML：p、h2 到 h4、ul、ol、blockquote、table、figure；不带样式"
    )
    text = serializers.SerializerMethodField(help_text="正文，纯文字，一段一行，段间空一行")
    words = Whole(source="text.current.words", default=0, help_text="正文字数")
    pictures = serializers.SerializerMethodField(help_text="正文里的照片，按先后")
    author_note = Char(help_text="作者说明")
    source_note = Char(help_text="来源说明")
    credits = Char(help_text="文末署名")

    @extend_schema_field(OpenApiTypes.STR)
    def get_html(self, article) -> str:
        return body.html_of(article, self.context["pictures"], self.context["request"].build_absolute_uri)

    @extend_schema_field(OpenApiTypes.STR)
    def get_text(self, article) -> str:
        return "\n\n".join(body.lines_of(article))

    @extend_schema_field(Photo(many=True))
    def get_pictures(self, article) -> Any:
        shown = body.shown(article, self.context["pictures"])
        return Photo(shown, many=True, context=self.context).data


class Part(Text, ArticleLine):
    """A part of a composite, with its text."""


class ArticleWhole(Text, ArticleLine):
    """An article with its text; a composite with the texts of its parts."""

    origin = serializers.ChoiceField(Article.Origin.choices, help_text="来稿性质")
    parts = serializers.SerializerMethodField(help_text="组稿的各篇，按次序")
    corrections = serializers.SerializerMethodField(help_text="更正，新的在前")
    citations = serializers.SerializerMethodField(help_text="引用格式，现行标准在前")

    @extend_schema_field(Part(many=True))
    def get_parts(self, article) -> Any:
        return Part(self.context["parts"], many=True, context=self.context).data

    @extend_schema_field(CorrectionMade(many=True))
    def get_corrections(self, article) -> Any:
        return CorrectionMade(self.context["corrections"], many=True, context=self.context).data

    @extend_schema_field(Citation(many=True))
    def get_citations(self, article) -> Any:
        names = [line.name for row in (article, *self.context["parts"]) for line in row.bylines.all()]
        found = citations(article, list(dict.fromkeys(names)), self.context["journal"].name)
        return [{"standard": standard.label, "text": text} for standard, text in found]


class IssueLine(IssueName):
    """An issue without its contents."""

    url = PageAddress()
    api_url = serializers.SerializerMethodField(help_text="带目录的地址")
    label = Char(help_text="例如 二〇二一年第三期")
    theme = Char(help_text="封面主题；没有的为空")
    cover_url = serializers.SerializerMethodField(help_text="封面图片")
    pages = Whole(allow_null=True, help_text="页数")
    access = serializers.ChoiceField(READABLE, help_text="阅读范围")
    published_at = serializers.DateTimeField(help_text="刊发时间")
    articles = Whole(source="readable_articles", help_text="您能读到的文章有几篇")

    @extend_schema_field(OpenApiTypes.URI)
    def get_api_url(self, issue) -> str:
        return self.absolute("api:issue", issue.year, issue.number)

    @extend_schema_field(OpenApiTypes.URI)
    def get_cover_url(self, issue) -> str:
        if issue.cover_id:
            return self.absolute("picture", issue.cover_id, 960)
        return self.absolute("cover", issue.year, issue.number)


class ContentsLine(ArticleLine):
    """A line of the contents."""

    parts = serializers.SerializerMethodField(help_text="组稿的各篇")

    @extend_schema_field(ArticleLine(many=True))
    def get_parts(self, article) -> Any:
        return ArticleLine(self.context["parts"].get(article.pk, ()), many=True, context=self.context).data


class ColumnShape(Shape):
    """A column of an issue, as printed."""

    section = Whole(source="place.section_id", help_text="栏目编号")
    name = Char(help_text="本期印的栏目名")
    start_page = Whole(source="place.start_page", allow_null=True, help_text="起始页")
    end_page = Whole(source="place.end_page", allow_null=True, help_text="结束页")
    articles = serializers.SerializerMethodField(help_text="文章，按次序")

    @extend_schema_field(ContentsLine(many=True))
    def get_articles(self, column) -> Any:
        return ContentsLine([line.article for line in column.lines], many=True, context=self.context).data


class MatterShape(Shape):
    """The preface or the printed call."""

    kind = Char(help_text="preface 卷首语，call 征稿启事")
    title = Char()
    html = Char()
    text = serializers.SerializerMethodField(help_text="纯文字")
    signature = Char(help_text="落款")

    @extend_schema_field(OpenApiTypes.STR)
    def get_text(self, matter) -> str:
        return plain_text(matter.html)


class BoardRole(Shape):
    """Who held an office of the editorial board."""

    role = Char(help_text="职位")
    names = serializers.ListField(child=Char(), help_text="姓名，按印出的次序")


class HighlightShape(Shape):
    """A line of 本期导读."""

    text = Char(help_text="导读文字")
    article = Whole(source="readable_article", allow_null=True, help_text="文章编号")


class IssueWhole(IssueLine):
    """An issue with its contents as printed."""

    highlights = HighlightShape(many=True, help_text="本期导读", source="read_highlights")
    matters = MatterShape(many=True, source="matters.all", help_text="卷首语、征稿启事")
    contents = ColumnShape(many=True, help_text="目录：栏目和文章")
    board = BoardRole(many=True, source="board_roles", help_text="编辑委员会")


class SectionShape(SectionName):
    """A column of the journal."""

    url = PageAddress()
    description = Char(help_text="收什么样的稿；没有写的为空")
    articles = Whole(source="readable_articles", help_text="您能读到的文章有几篇")


class UnitName(Shape):
    """A unit by its names."""

    id = Whole()
    name = Char(help_text="全称")
    short_name = Char(help_text="简称；没有的为空")


class UnitShape(UnitName):
    """A unit that has signed something readable."""

    url = serializers.SerializerMethodField(help_text="网页地址")
    articles = Whole(source="readable_articles", help_text="署名的文章里，您能读到的有几篇")

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, unit) -> str:
        return self.absolute("unit", unit.pk)


class AuthorShape(Shape):
    """A person who has signed something readable."""

    id = Whole()
    url = PageAddress()
    name = Char(help_text="姓名")
    note = Char(help_text="简介；没有的为空")
    unit = UnitName(allow_null=True, help_text="单位")
    articles = Whole(source="readable_articles", help_text="署名的文章里，您能读到的有几篇")


class Piece(Shape):
    """Some words, and whether they are what was looked for."""

    text = Char()
    hit = serializers.BooleanField(help_text="是不是检索的词")


class Hit(ArticleLine):
    """An article that was found, with the words around."""

    passages = serializers.SerializerMethodField(help_text="正文里的片段；每个片段分成几截")

    @extend_schema_field(serializers.ListField(child=Piece(many=True)))
    def get_passages(self, article) -> Any:
        found = body.passages_of(article, self.context["query"])
        return [[{"text": words, "hit": hit} for words, hit in passage] for passage in found]


@extend_schema_serializer(component_name="Change")
class ChangeShape(Shape):
    """What became different for readers."""

    cursor = Whole(source="number", help_text="这一处变化的序号，越新越大")
    change = serializers.ChoiceField(
        [
            ("published", "刊发"),
            ("corrected", "更正"),
            ("access_changed", "改阅读范围"),
            ("withdrawn", "撤下，请删去副本"),
        ],
        source="kind",
        help_text="变化",
    )
    at = serializers.DateTimeField(help_text="时间")
    id = Whole(source="article.pk", help_text="文章编号")
    article = serializers.SerializerMethodField(help_text="文章现在的样子；撤下的为空")

    @extend_schema_field(ArticleLine(allow_null=True))
    def get_article(self, told) -> Any:
        return None if told.kind == "withdrawn" else ArticleLine(told.article, context=self.context).data


class Changes(Shape):
    """A stretch of changes and where to go on."""

    cursor = Whole(help_text="读到哪里；下次从这里接着问")
    more = serializers.BooleanField(help_text="后面还有没有，有就马上接着读")
    next = serializers.URLField(help_text="接着读的地址，留着下次用")
    changes = ChangeShape(many=True, help_text="变化，旧的在前")
