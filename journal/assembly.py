"""Putting an issue together: admit to the pool, place, move, remove. One order token refuses stale changes."""

from dataclasses import replace

from django.db import transaction
from django.db.models import Max

from journal.text.pieces import Part, parts_of
from members.models import Event, Unit

from . import duplicates, order, secrecy
from .models import (
    Access,
    Approval,
    Article,
    Author,
    Byline,
    Content,
    GalleyPiece,
    Issue,
    IssueSection,
    Section,
    Text,
    TextVersion,
)
from .order import AssemblyRefused, IssueClosed, OrderChanged

SPLIT = "拆成组稿"  # the verb of the event and the reason of the versions
REJOINED = "撤回录用，合回组合稿"


# What is decided on a manuscript; every other approval is work on an article.
BEFORE_ACCEPTANCE = (*Approval.REVIEWS, Approval.Kind.ENDORSEMENT, Approval.Kind.SECRECY)


class BylineFrozen(AssemblyRefused):
    """A published issue keeps its signatures as printed (RULES.md section 8)."""

    def __init__(self, article):
        super().__init__(f"《{article}》已在{article.issue}刊发，署名照登不改。")


def admit(text: Text, *, section: Section, kind: str, origin: str, source: str = "", unit=None) -> Article:
    """An accepted text as an article in no issue yet; its bylines linked to known units and authors."""
    content = text.current.content
    article = Article(text=text, section=section, kind=kind, origin=origin)
    article.take_over(content)
    article.source_note = article.source_note or source
    if origin == Article.Origin.RECOMMENDED:
        article.online_right = Article.OnlineRight.NONE
    article.save()
    sign(article, content.bylines, unit=unit)
    return article


@transaction.atomic
def split(article: Article, actor, *, at=None) -> list[Article]:
    """Make an article of each part of a composite's text (`pieces.compose`); the composite keeps heading and lead.

    The parts in order; none where the text does not fall into two or more, and then nothing is changed. The version
    the reviews stand on stays as it is: the next one holds the lead alone and changes no word, so the approvals stand.
    Raises AssemblyRefused for a part, an article that has parts, and one that is published.
    """
    came_from = _lock_article(article)
    if article.parent_id or article.parts.exists():
        raise AssemblyRefused(f"《{article}》已经是组稿，或者是组稿的一部分，不能再拆。")
    if came_from is not None and not came_from.is_open:
        raise IssueClosed(came_from)
    whole = article.text.current
    composite = parts_of(whole.html)
    if composite is None:
        return []
    signed = [line for part in composite.parts for line in part.bylines]
    content = replace(
        whole.content,
        html=composite.lead,
        credits=whole.credits or composite.credits,
        bylines=[line for line in whole.bylines if line not in signed],
    )
    article.text.save_version(content, actor, SPLIT, at=at, substantive=False)
    duplicates.index_text(article.text)
    article.take_over(content)
    article.save()
    sign(article, content.bylines, unit=_unit_of(article))
    parts = [_admit_part(article, part, number, actor, at) for number, part in enumerate(composite.parts, 1)]
    Event.objects.record(actor, SPLIT, article, note="；".join(part.title for part in parts), at=at)
    return parts


def _admit_part(parent: Article, part: Part, position: int, actor, at) -> Article:
    content = Content(
        title=part.title, subtitle=part.subtitle, html=part.html, bylines=part.bylines, credits=part.credits
    )
    text = Text.objects.create()
    text.save_version(content, actor, SPLIT, at=at, substantive=False)
    duplicates.index_text(text)
    article = Article(
        text=text,
        parent=parent,
        issue=parent.issue,
        section=parent.section,
        position=position,
        kind=Article.Kind.TEXT,
        origin=parent.origin,
        online_right=parent.online_right,
    )
    article.take_over(content)
    article.save()
    sign(article, content.bylines)
    return article


@transaction.atomic
def take_back(article: Article, actor, *, at=None) -> None:
    """Undo `admit` (and `split`): the article leaves the pool for good, its text stays with its manuscript.

    A composite's text is one again, in a version of its own. Raises AssemblyRefused once the article is placed, or
    somebody has worked on it or on one of its parts.
    """
    came_from = _lock_article(article)
    if came_from is not None:
        raise AssemblyRefused(f"《{article}》已经编入{came_from}，录用不能再撤回。请先在编排页移出，或同编辑商量。")
    text, parts = article.text, list(article.parts.select_related("text"))
    whole = whole_version(text) if parts else text.current
    worked_on = any(part.text.versions.count() > 1 or part.text.current.approvals.exists() for part in parts)
    worked_on = worked_on or text.versions.filter(number__gt=whole.number).exclude(reason=SPLIT).exists()
    worked_on = worked_on or GalleyPiece.objects.filter(article__in=[article, *parts]).exists()
    if worked_on or article.withdrawn_at or Approval.objects.on(text).exclude(kind__in=BEFORE_ACCEPTANCE).exists():
        raise AssemblyRefused(f"录用以后，同事已经在改《{article}》或者做了校对，录用不能再撤回。请同他们商量。")
    for part in parts:
        part.delete()
        _forget(part.text)
    article.delete()
    if parts:
        text.save_version(whole.content, actor, REJOINED, at=at, substantive=False)
        duplicates.index_text(text)


def _forget(text: Text) -> None:
    """A part's text holds nothing of its own: every word stands in the whole."""
    duplicates.remove(text)
    text.current = None
    text.save(update_fields=["current"])
    text.versions.all().delete()
    text.delete()


def _unit_of(article: Article) -> Unit | None:
    """The unit the persons who sign an article were linked to when it was admitted."""
    line = article.bylines.filter(kind=Byline.Kind.PERSON).select_related("unit").first()
    return line.unit if line else None


def whole_version(text: Text) -> TextVersion | None:
    """What was handed in and reviewed: the current version, or the last before a composite was split into its parts."""
    last = text.versions.filter(reason__in=(SPLIT, REJOINED)).order_by("number").last()
    if last is None or last.reason == REJOINED:
        return text.current
    return text.versions.filter(number__lt=last.number).order_by("number").last() or text.current


@transaction.atomic
def sign(article: Article, bylines: list[dict], *, unit: Unit | None = None) -> None:
    """Replace the article's bylines. A unit is found by name, short name or alias; a person by name and unit.

    Raises BylineFrozen once the article's issue is published.
    """
    came_out = (Issue.State.PUBLISHED, Issue.State.WITHDRAWN)
    if article.issue is not None and Issue.objects.filter(pk=article.issue_id, state__in=came_out).exists():
        raise BylineFrozen(article)
    _sign(article, bylines, unit)


def sign_corrected(article: Article, bylines: list[dict]) -> None:
    """The signatures of a published article as a 更正 puts them; the notice keeps them as printed (`corrections`)."""
    line = article.bylines.filter(kind=Byline.Kind.PERSON).select_related("unit").first()
    _sign(article, bylines, line.unit if line else None)


def _sign(article: Article, bylines: list[dict], unit: Unit | None) -> None:
    article.bylines.all().delete()
    for position, line in enumerate(bylines, 1):
        found = find_unit(line["name"]) if line["kind"] == Byline.Kind.UNIT else None
        author = None
        if line["kind"] == Byline.Kind.PERSON:
            author = Author.objects.filter(name=line["name"], unit=unit).first()
            author = author or Author.objects.create(name=line["name"], unit=unit)
        Byline.objects.create(
            article=article,
            position=position,
            kind=line["kind"],
            name=line["name"],
            affiliation=line.get("affiliation", ""),
            author=author,
            unit=found if line["kind"] == Byline.Kind.UNIT else unit,
        )


def link_bylines(article: Article) -> None:
    """Lead each signature without a link to its author or unit; an author of that name is made where none is known."""
    for line in article.bylines.filter(author=None):
        if line.kind == Byline.Kind.UNIT:
            line.unit = line.unit or find_unit(line.name)
        else:
            line.author = Author.objects.filter(name=line.name, unit=line.unit).first()
            line.author = line.author or Author.objects.create(name=line.name, unit=line.unit)
        line.save(update_fields=["author", "unit"])


def find_unit(name: str) -> Unit | None:
    """The unit of this name, short name or alias; a merged unit's successor; None when unknown."""
    for lookup in ({"name": name}, {"short_name": name}, {"aliases__name": name}):
        unit = Unit.objects.filter(**lookup).select_related("merged_into").first()
        if unit:
            return unit.merged_into or unit
    return None


@transaction.atomic
def place(article: Article, issue: Issue, actor, *, section: Section | None = None, position=None, token=None) -> None:
    """Put an article (with its parts) into a column of an issue, at `position` (from 1; default: last)."""
    step = order.begin(issue, actor, token)
    came_from = _lock_article(article)
    if came_from not in (None, issue):
        raise AssemblyRefused(f"《{article}》已经编入{came_from}，要换期请先在那一期里移出。")
    if article.parent_id or article.withdrawn_at:
        raise AssemblyRefused(f"《{article}》是组稿的一部分或已经撤下，不能单独编入。")
    if (found := secrecy.standing(article.text)) and found.conclusion == Approval.Conclusion.NONE:
        raise AssemblyRefused(f"《{article}》的保密审查结论是不予刊发，不能编入。结论有变的，请重新登记保密审查。")
    section = section or article.section
    siblings = list(in_section(issue, section).exclude(pk=article.pk))
    if not IssueSection.objects.filter(issue=issue, section=section).exists():
        last = issue.sections.aggregate(last=Max("position"))["last"] or 0
        IssueSection.objects.create(issue=issue, section=section, position=last + 1)
    index = len(siblings) if position is None else max(0, min(position - 1, len(siblings)))
    siblings.insert(index, article)
    article.issue, article.section = issue, section
    article.save(update_fields=["issue", "section"])
    article.parts.update(issue=issue, section=section)
    _number(siblings)
    Event.objects.record(
        actor, "编入", article, before=str(came_from or "待编"), after=str(issue), note=f"{section} 第 {index + 1} 篇"
    )
    step.tell(f"《{article}》{'移到' if came_from else '编入'}“{section}”第 {index + 1} 篇")


@transaction.atomic
def remove(article: Article, actor, *, token=None) -> None:
    """Take an article out of its issue, back into the pool."""
    issue = article.issue
    if issue is None:
        raise AssemblyRefused(f"《{article}》没有编入任何一期，可能同事刚刚移出了。")
    step = order.begin(issue, actor, token)
    if _lock_article(article) != issue or article.parent_id:
        raise OrderChanged
    article.issue = None
    article.save(update_fields=["issue"])
    article.parts.update(issue=None)
    _number(in_section(issue, article.section))
    Event.objects.record(actor, "移出", article, before=str(issue), after="待编")
    step.tell(f"《{article}》移出，回到待编")


@transaction.atomic
def order_sections(issue: Issue, section_ids: list[int], actor, *, token=None) -> None:
    """Put the issue's columns (IssueSection ids) into the given order; ids must be exactly the issue's."""
    step = order.begin(issue, actor, token)
    rows = {row.pk: row for row in issue.sections.all()}
    if sorted(rows) != sorted(section_ids):
        raise OrderChanged
    for position, pk in enumerate(section_ids, 1):
        rows[pk].position = position
    IssueSection.objects.bulk_update(rows.values(), ["position"])
    Event.objects.record(actor, "调整栏目顺序", issue)
    step.tell("调整栏目顺序")


@transaction.atomic
def drop_section(row: IssueSection, actor, *, token=None) -> None:
    """Take an empty column out of the issue; a column that still holds articles is refused."""
    issue = row.issue
    step = order.begin(issue, actor, token)
    if Article.objects.filter(issue=issue, section=row.section).exists():
        raise AssemblyRefused(f"“{row}”里还有文章，请先移动或移出，再删去这个栏目。")
    label = str(row)
    row.delete()
    Event.objects.record(actor, "删去空栏目", issue, note=label)
    step.tell(f"删去空栏目“{label}”")


@transaction.atomic
def set_pages(row: Article | IssueSection, actor, *, start: int | None, end: int | None, token=None) -> None:
    """Page numbers as the print house set them, by hand."""
    if row.issue is None:
        raise OrderChanged
    if start is not None and end is not None and end < start:
        raise AssemblyRefused(f"“{row}”的结束页 {end} 小于起始页 {start}，请改正。")
    step = order.begin(row.issue, actor, token, sets_pages=True)
    before = f"{row.start_page or ''}—{row.end_page or ''}"
    row.start_page, row.end_page = start, end
    row.save(update_fields=["start_page", "end_page"])
    Event.objects.record(actor, "改页码", row, before=before, after=f"{start or ''}—{end or ''}")
    step.tell(f"“{row}”的页码改为 {start or '—'}～{end or '—'}" if start or end else f"去掉“{row}”手填的页码")


@transaction.atomic
def take_pages(issue: Issue, actor, starts: dict[int, int], ends: dict[int, int], *, token=None) -> int:
    """The pages the typesetting found, for every article (id → page) and column; how many numbers changed.

    Articles and columns that were not set keep what they have. Raises OrderChanged, IssueClosed.
    """
    step = order.begin(issue, actor, token, sets_pages=True)
    articles = list(Article.objects.filter(issue=issue, pk__in=starts))
    columns = list(issue.sections.all())
    before = {row: (row.start_page, row.end_page) for row in (*articles, *columns)}
    for article in articles:
        article.start_page, article.end_page = starts[article.pk], ends[article.pk]
    for column in columns:
        own = [article for article in articles if article.section_id == column.section_id]
        if own:
            column.start_page = min(article.start_page for article in own)
            column.end_page = max(article.end_page for article in own)
    Article.objects.bulk_update(articles, ["start_page", "end_page"])
    IssueSection.objects.bulk_update(columns, ["start_page", "end_page"])
    changed = sum((row.start_page, row.end_page) != pages for row, pages in before.items())
    Event.objects.record(actor, "按排版取页码", issue, note=f"改了 {changed} 处")
    step.tell(f"按排版取页码，改了 {changed} 处")
    return changed


def _lock_article(article: Article) -> Issue | None:
    """Bring the article's place up to date and hold the row, so that two issues cannot take it at once."""
    # Without joins: PostgreSQL reads a locked row anew after waiting for it, but not what was joined to it.
    locked = Article.objects.select_for_update().filter(pk=article.pk).order_by("pk").first()
    if locked is None:
        raise AssemblyRefused(f"《{article}》的录用刚刚撤回了，已经不在待编里。请刷新页面。")
    for name in ("issue", "section_id", "position", "parent_id", "withdrawn_at"):
        setattr(article, name, getattr(locked, name))
    return locked.issue


def in_section(issue: Issue, section: Section):
    """The articles of a column of an issue in their order, without parts."""
    return Article.objects.toplevel().filter(issue=issue, section=section).order_by("position", "pk")


def _number(articles) -> None:
    articles = list(articles)
    for position, article in enumerate(articles, 1):
        article.position = position
    Article.objects.bulk_update(articles, ["position"])


def effective_access(article: Article, issue_access: str, conclusion: str = "") -> str:
    """The issue's access narrowed by the article's 保密审查 and by its own right to be online (DESIGN.md 6).

    `conclusion` is what `secrecy.standings` says of the article, empty where no review speaks for it.
    """
    if conclusion == Approval.Conclusion.NONE:
        return Access.UNDECIDED
    kept_inside = conclusion == Approval.Conclusion.INTERNAL or article.online_right == Article.OnlineRight.NONE
    return Access.INTERNAL if kept_inside and issue_access == Access.PUBLIC else issue_access
