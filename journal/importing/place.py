"""Printed articles → articles of the issue, found again on a second import by their first imported title."""

from collections import Counter

from journal import duplicates
from journal.assembly import admit, find_unit, sign
from journal.models import Article, Content, Issue, Section, Text
from members.models import Unit

from .printed import PrintedArticle, PrintedIssue, essence

IMPORTED = "导入印刷本"  # the verb of the event and the reason of the versions
_IDENTITY = ("title", "within")


class Earlier:
    """What the last import wrote of each article, by id, and which article a printed one is."""

    def __init__(self, memory: dict[str, dict], titles: set[str]):
        self.memory = memory
        self._by_title = {(fields["title"], fields["within"]): pk for pk, fields in memory.items()}
        # A title read otherwise than last time: the article of its place, unless that one is printed under its title.
        self._by_place = {_place(fields): pk for pk, fields in memory.items() if fields["title"] not in titles}
        self._articles = {
            str(article.pk): article
            for article in Article.objects.filter(pk__in=memory).select_related("text__current", "section")
        }

    def find(self, fields: dict) -> Article | None:
        pk = self._by_title.get((fields["title"], fields["within"])) or self._by_place.get(_place(fields))
        return self._articles.get(pk or "")


def place_articles(issue: Issue, printed: PrintedIssue, memory: dict) -> tuple[list[Article], list[Article]]:
    """Write all articles and parts. Returns the top-level articles in printed order, and those that were changed.
    memory["articles"] is what the last import wrote of each, by id, and is brought up to date."""
    titles = {essence(piece.title) for article in printed.articles for piece in (article, *article.parts)}
    earlier = Earlier(memory.get("articles", {}), titles)
    remembered: dict[str, dict] = {}
    changed: list[Article] = []
    positions: Counter[str] = Counter()

    def put(piece: PrintedArticle, parent: Article | None, position: int) -> Article:
        fields = _fields(piece, parent, position)
        article = earlier.find(fields)
        if article is None:
            article = _admit(issue, piece, parent, fields)
            changed.append(article)
            remembered[str(article.pk)] = fields
        elif article.issue_id == issue.pk:
            before = earlier.memory[str(article.pk)]
            if _update(article, piece, before, fields):
                changed.append(article)
            same = {
                name: value for name, value in fields.items() if name in _IDENTITY or _value(article, name) == value
            }
            remembered[str(article.pk)] = before | same
        for number, part in enumerate(piece.parts, 1):
            put(part, article, number)
        return article

    articles = []
    for piece in printed.articles:
        positions[piece.section] += 1
        articles.append(put(piece, None, positions[piece.section]))
    memory["articles"] = earlier.memory | remembered
    return articles, changed


def section_named(name: str) -> Section:
    """The column of this name; one that the journal does not know yet is put at the end."""
    section, _ = Section.objects.get_or_create(name=name, defaults={"position": Section.objects.count() + 1})
    return section


def _fields(piece: PrintedArticle, parent: Article | None, position: int) -> dict:
    """What the import remembers of an article: who it is, and the facts outside its text."""
    return {
        "title": essence(piece.title),
        "within": parent.pk if parent else None,
        "section": section_named(piece.section).pk,
        "position": position,
        "contents_title": piece.contents_title,
        "start_page": piece.start_page,
    }


def _place(fields: dict) -> tuple:
    return fields["section"], fields["position"], fields["within"]


def _admit(issue: Issue, piece: PrintedArticle, parent: Article | None, fields: dict) -> Article:
    content = _content(piece)
    _know_units(content)
    text = Text.objects.create()
    text.save_version(content, None, IMPORTED)
    duplicates.index_text(text)
    origin = Article.Origin.RECOMMENDED if piece.is_reprint else Article.Origin.ORIGINAL
    article = admit(text, section=section_named(piece.section), kind=Article.Kind.TEXT, origin=origin)
    article.issue, article.parent = issue, parent
    _set(article, {name: value for name, value in fields.items() if name not in _IDENTITY})
    article.save()
    return article


def _update(article: Article, piece: PrintedArticle, before: dict, fields: dict) -> bool:
    """Change what the last import wrote and nobody edited; whether anything changed."""
    content = _content(piece)
    current = article.text.current
    imported = current.reason == IMPORTED and current.author_id is None
    renewed = imported and current.digest != content.digest
    if renewed:
        _know_units(content)
        article.text.save_version(content, None, IMPORTED)
        duplicates.index_text(article.text)
        article.take_over(content)
        sign(article, content.bylines)
    open_fields = {
        name: value
        for name, value in fields.items()
        if name not in _IDENTITY and value != before[name] and _value(article, name) == before[name]
    }
    _set(article, open_fields)
    if renewed or open_fields:
        article.save()
    return renewed or bool(open_fields)


def _set(article: Article, fields: dict) -> None:
    for name, value in fields.items():
        setattr(article, "section_id" if name == "section" else name, value)


def _value(article: Article, name: str):
    return article.section_id if name == "section" else getattr(article, name)


def _content(piece: PrintedArticle) -> Content:
    return Content(
        title=piece.title,
        html=piece.html,
        kicker=piece.kicker,
        subtitle=piece.subtitle,
        bylines=[{"kind": byline.kind, "name": byline.name, "affiliation": ""} for byline in piece.bylines],
        author_note=piece.author_note,
        source_note=piece.source_note,
        credits=piece.credits,
    )


def _know_units(content: Content) -> None:
    """A unit that signs an article has a page of its own."""
    for byline in content.bylines:
        if byline["kind"] == "unit" and find_unit(byline["name"]) is None:
            Unit.objects.create(name=byline["name"])
