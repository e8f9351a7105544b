"""The demonstration's issues: made, filled, closed and published by the office's own verbs."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from journal import assembly, duplicates, imprint_acknowledging, publishing, secrecy
from journal.models import (
    Access,
    Article,
    BoardMember,
    Content,
    Highlight,
    Imprint,
    Issue,
    IssueMatter,
    IssueSection,
    Section,
    Text,
)
from journal.text.blocks import from_plain
from members.audit import dated
from members.models import User
from submissions.manuscript import place_pictures
from submissions.models import Call

from .desk import CREDITS, SECRECY_BASIS, store
from .reading import Number, Piece

FIRST_YEAR = 2021  # its third number is 总第4期, so its first would be 总第2期
ONLINE_NOTE = "演示数据：文章、人名、地名、单位和数字均为虚构。"
CALL_TEXT = """欢迎投稿（演示）。请写身边的人、做过的事、想过的问题，写清楚时间、地点和做法。
一、收什么
各栏目文字稿和图片稿都收。鼓励原创，也可以推荐报刊、网站上的好文章，请注明出处。
二、怎么写
用词准确，层次用一、（一）标明。文字稿一般不超过3000字；图片一般用JPEG，按印刷尺寸不低于每英寸300像素，请传原图。
三、怎么答复
收到后马上给收稿号，三十天内答复用与不用。"""


@dataclass(frozen=True)
class Quarter:
    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Quarter":
        return cls(day.year, (day.month - 1) // 3 + 1)

    def before(self, steps: int = 1) -> "Quarter":
        index = self.year * 4 + self.number - 1 - steps
        return Quarter(index // 4, index % 4 + 1)

    @property
    def serial_number(self) -> int:
        return (self.year - FIRST_YEAR) * 4 + self.number + 1

    @property
    def last_day(self) -> date:
        following = date(self.year + self.number // 4, self.number % 4 * 3 + 1, 1)
        return following - timedelta(days=1)


def moment(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def make_issue(number: Number, quarter: Quarter, deadline: date) -> Issue:
    issue = Issue.objects.create(
        year=quarter.year,
        number=quarter.number,
        serial_number=quarter.serial_number,
        theme=f"{number.facts['主题']}（演示）",
        pages=int(number.facts["页数"]),
        deadline=deadline,
        proof_1_on=deadline + timedelta(days=8),
        proof_2_on=deadline + timedelta(days=11),
        proof_3_on=deadline + timedelta(days=15),
        print_on=deadline + timedelta(days=18),
        publish_on=deadline + timedelta(days=25),
    )
    position = 0
    for role, names in number.board.items():
        for name in names.split():
            position += 1
            BoardMember.objects.create(issue=issue, role=role, name=name, position=position)
    if number.preface:
        IssueMatter.objects.create(
            issue=issue,
            kind=IssueMatter.Kind.PREFACE,
            title=number.preface.title,
            html=from_plain(number.preface.body),
            signature=number.preface.fact("落款"),
        )
    return issue


def make_call(issue: Issue, opens_on: date) -> Call:
    call = Call.objects.create(
        title=f"{issue}征稿启事（演示）",
        issue=issue,
        html=from_plain(CALL_TEXT),
        opens_on=opens_on,
        closes_on=issue.deadline,
    )
    call.sections.set(Section.objects.active())
    return call


def put_in(article: Article, piece: Piece, issue: Issue, editor: User, at: datetime) -> None:
    """Place an accepted article, and write down its pages and highlight."""
    with dated(at):
        assembly.place(article, issue, editor)
    article.start_page, article.end_page = piece.pages
    if article.origin == Article.Origin.RECOMMENDED and piece.pages[0]:
        article.online_right = Article.OnlineRight.GRANTED
    article.save(update_fields=["start_page", "end_page", "online_right"])
    if piece.fact("导读"):
        Highlight.objects.create(
            issue=issue, article=article, text=article.title, position=issue.highlights.count() + 1
        )


def compose(piece: Piece, parts: list[Article], editor: User, at: datetime) -> Article:
    """A composite (组稿): the office's own lead over the accepted parts."""
    body = piece.written_on(timezone.localdate(parts[0].text.versions.first().created_at))
    html = place_pictures(from_plain(body), [store(photo, editor, at) for photo in piece.photos])
    text = Text.objects.create()
    text.save_version(Content(title=piece.title, html=html, credits=CREDITS), editor, "组稿", at=at)
    duplicates.index_text(text)
    lead = assembly.admit(
        text,
        section=Section.objects.get(name=piece.section),
        kind=Article.Kind.TEXT,
        origin=Article.Origin.ORIGINAL,
    )
    for position, part in enumerate(parts, 1):
        part.parent, part.position = lead, position
        part.save(update_fields=["parent", "position"])
    return lead


def set_pages(issue: Issue, number: Number) -> None:
    for column in number.columns:
        IssueSection.objects.filter(issue=issue, section__name=column.name).update(
            start_page=column.start_page, end_page=column.end_page
        )


KEPT_BECAUSE = {"co_organiser": "协办单位名单报主管部门同意过（演示）。"}


def keep_as_it_is(issue: Issue, imprint: Imprint, editor: User, at: datetime) -> None:
    """Matters of judgement decided by name, as closing asks."""
    for line in imprint_acknowledging.looked_at(issue, imprint):
        if line.is_open:
            code, place_key, quote_hash = line.item.identity
            reason = KEPT_BECAUSE.get(code, "看过原文，照登（演示）。")
            imprint_acknowledging.acknowledge(
                issue, editor, code=code, place_key=place_key, quote_hash=quote_hash, reason=reason, at=at
            )


def publish(issue: Issue, number: Number, people: dict[str, User], on: date, access: Access) -> None:
    """Fill the imprint, close, publish; 公开 with its recorded approval."""
    set_pages(issue, number)
    imprint = publishing.imprint_of(issue)
    imprint.compiler = imprint.compiler or imprint.sponsor
    imprint.print_house = "望海印刷厂（演示）"
    imprint.printed_on = on
    imprint.print_run = int(number.facts["印数"])
    imprint.online_note = ONLINE_NOTE
    imprint.save()
    read_on = moment(on - timedelta(days=6), 15)
    for article, found in secrecy.of_issue(issue):
        if found.is_missing:  # what the office composed itself
            finding = secrecy.Finding(secrecy.Conclusion.PUBLIC, SECRECY_BASIS)
            secrecy.record(article.text, people["主任"], finding, at=read_on)
    closed = moment(on - timedelta(days=5), 16)
    with dated(closed):
        keep_as_it_is(issue, imprint, people["主任"], closed)
        publishing.close(issue, people["主任"], at=closed)
    approval = {}
    if access == Access.PUBLIC:
        approval = {
            "approved_by": "顾怀川（演示）",
            "approved_on": on - timedelta(days=2),
            "basis": f"{issue.year}年第{issue.number * 3}次部务会议纪要（演示）",
        }
    publishing.publish(issue, people["主编"], access=access, at=moment(on), **approval)
