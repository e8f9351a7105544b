"""Loads the demonstration: two finished issues, one in the making, manuscripts in every state."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from journal.models import Access, Article, Issue, Journal
from members.models import Event, Unit, User
from submissions.models import Call, Letter, Submission

from .desk import Desk
from .numbers import Quarter, compose, make_call, make_issue, moment, publish, put_in
from .office import fill_desks
from .people import ask_for_account, make_people, make_units
from .reading import Number, Piece, read

MARK = "装入演示数据"
CALL_DAYS_LEFT = 24
# How many days ago a manuscript of the issue in the making came in, by how far it has got.
DAYS_AGO = {
    "编入": (38, 36, 35, 33, 32),
    "待编": (31, 29, 28, 26),
    "退稿": (24,),
    "退修已交": (14,),
    "退修待交": (13,),
    "待终审": (12,),
    "撤稿": (10,),
    "待复审": (9, 6),
    "待初审": (4, 2, 1),
    "草稿": (2, 1),
}


class ForeignContent(Exception):
    """The database holds what is not the demonstration's."""


@dataclass
class Arrival:
    """A manuscript on its day."""

    at: datetime
    piece: Piece
    call: Call
    issue: Issue


def loaded() -> bool:
    return Event.objects.filter(verb=MARK).exists()


def refuse_foreign_content() -> None:
    for model, what in ((User, "账号"), (Issue, "期"), (Article, "文章"), (Submission, "稿件"), (Unit, "单位")):
        if count := model.objects.count():
            raise ForeignContent(
                f"数据库里已有 {count} 个{what}，不是演示数据，所以没有装入演示。要看演示，请用 DATA_DIR 指定一个空文件夹。"
            )


@transaction.atomic
def load(today: date | None = None) -> bool:
    """Load the demonstration as of `today`; False where it is loaded already.

    Raises ForeignContent on a database with other content. All or nothing: one transaction.
    """
    if loaded():
        return False
    refuse_foreign_content()
    today = today or timezone.localdate()
    now = Quarter.of(today)
    people = make_people(make_units(), since=moment(now.before(2).last_day - timedelta(days=120)))
    desk = Desk(people)
    finished(desk, read("issue-fields"), now.before(2), Access.INTERNAL)
    finished(desk, read("issue-doorstep"), now.before(1), Access.PUBLIC)
    in_the_making(desk, read("manuscripts"), now, today)
    settle_letters()
    ask_for_account(moment(today - timedelta(days=1), 15))
    Event.objects.record(None, MARK, Journal.objects.current())
    return True


def settle_letters() -> None:
    """Letters older than a week have been read."""
    week_ago = timezone.now() - timedelta(days=7)
    Letter.objects.filter(at__lt=week_ago).update(read_at=F("at") + timedelta(hours=5))


def finished(desk: Desk, number: Number, quarter: Quarter, access: Access) -> None:
    """An issue from its call to its publication on the quarter's last day."""
    out = quarter.last_day
    # Ends before the next issue's call can begin, even where today is the first day after this issue came out.
    deadline = out - timedelta(days=46)
    issue = make_issue(number, quarter, deadline)
    call = make_call(issue, out - timedelta(days=88))
    step = timedelta(days=38) / (len(number.pieces) or 1)
    arrivals = []
    for place, piece in enumerate(number.pieces):
        # Not in the order of the contents: manuscripts come as they come.
        at = moment(out - timedelta(days=86), 9, place * 7 % 60) + step * (place * 5 % len(number.pieces))
        # The parts of a composite come from their units one after another.
        for number_of_part, manuscript in enumerate(piece.parts or [piece]):
            arrivals.append(Arrival(at + timedelta(minutes=25 * number_of_part), manuscript, call, issue))
    articles = accept_all(desk, arrivals)
    for piece in number.pieces:
        at = moment(out - timedelta(days=15), 10)
        article = articles.get(piece.title) or compose(
            piece, [articles[part.title] for part in piece.parts], desk.people["编辑"], at
        )
        put_in(article, piece, issue, desk.people["编辑"], at)
    publish(issue, number, desk.people, out, access)


def accept_all(desk: Desk, arrivals: list[Arrival]) -> dict[str, Article]:
    """The accepted articles by title; receipt numbers follow the days."""
    articles = {}
    for arrival in sorted(arrivals, key=lambda arrival: arrival.at):
        submission = desk.draft(arrival.piece, arrival.call, arrival.at)
        desk.hand_in(submission, arrival.at)
        desk.review(submission, arrival.piece, arrival.at)
        articles[arrival.piece.title] = submission.article
    return articles


def in_the_making(desk: Desk, number: Number, quarter: Quarter, today: date) -> None:
    """The present issue: its call is open, some articles are placed, others wait, manuscripts stand in every state."""
    issue = make_issue(number, quarter, today + timedelta(days=CALL_DAYS_LEFT))
    call = make_call(issue, today - timedelta(days=40))
    days = {outcome: iter(ago) for outcome, ago in DAYS_AGO.items()}
    arrivals = []
    for place, piece in enumerate(number.pieces):
        ago = timedelta(days=next(days[piece.fact("去向")]))
        arrivals.append(Arrival(moment(today - ago, 8, place * 11 % 60), piece, call, issue))
    for arrival in sorted(arrivals, key=lambda arrival: arrival.at):
        walk(desk, arrival, today)
    fill_desks(desk, issue, today)


def walk(desk: Desk, arrival: Arrival, today: date) -> None:
    """Bring one manuscript as far as its 去向 says."""
    piece, at, outcome = arrival.piece, arrival.at, arrival.piece.fact("去向")
    submission = desk.draft(piece, arrival.call, at, small_photos=outcome == "退修已交")
    if outcome == "草稿":
        return
    desk.hand_in(submission, at)
    if outcome in ("编入", "待编"):
        desk.review(submission, piece, at)
        if outcome == "编入":
            put_in(submission.article, piece, arrival.issue, desk.people["编辑"], at + timedelta(days=12))
    elif outcome == "待复审":
        desk.review(submission, piece, at, stages=1)
    elif outcome == "待终审":
        desk.review(submission, piece, at, stages=2)
    elif outcome == "退修待交":
        desk.send_back(submission, piece, at + timedelta(days=9))
    elif outcome == "退修已交":
        desk.send_back(submission, piece, at + timedelta(days=5))
        desk.hand_in_again(submission, piece, moment(today - timedelta(days=1), 20))
    elif outcome == "退稿":
        desk.decline(submission, piece, at + timedelta(days=10))
    elif outcome == "撤稿":
        desk.take_back(submission, piece, at + timedelta(days=4))
