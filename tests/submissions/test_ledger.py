"""What the ledger counts: pure counting on entries made by hand, and reading the database by the real verbs."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from journal.models import Article, Byline, Issue, Section
from members import units
from members.models import Unit
from submissions.ledger import PointRule, Quota, charts
from submissions.ledger.entries import entries_of, rows_of
from submissions.ledger.figures import NO_UNIT, OPENS, Scope, counted, table, told
from submissions.ledger.pieces import (
    Book,
    Person,
    Printed,
    Sent,
    issue_quarter,
    points_for,
    quarter_of,
    read_book,
    rule_for,
)
from submissions.models import Submission
from submissions.states import State

TOWN, VILLAGE, PORT = 1, 2, 3


def sent(
    pk, unit=TOWN, *, received=1, decided=0, state=State.SUBMITTED, kind="text", section=1, name="甲", waits=False
):
    return Sent(pk, (unit,), (Person(name, unit),), kind, section, received, decided, state, waits)


def printed(pk, *who, quarter=1, kind="text", section=1, points=3, whole=None, names=("甲",)):
    persons = tuple(Person(name, who[0]) for name in names)
    return Printed(pk, whole or pk, who, persons, kind, section, quarter, False, Decimal(points))


def book(*entries, quotas=None, has_rules=True):
    return Book(
        year=2026,
        sent=[entry for entry in entries if isinstance(entry, Sent)],
        printed=[entry for entry in entries if isinstance(entry, Printed)],
        names={TOWN: ("镇", "某某镇党委"), VILLAGE: ("村", "某某村"), PORT: ("港", "某某港")},
        quotas=quotas or {},
        sections={1: "基层党建", 2: "信息动态"},
        has_rules=has_rules,
    )


def line(figures, name):
    return next(one for one in figures.lines if one.name == name)


def test_each_quarter_has_its_own_and_the_year_all():
    kept = book(
        sent("a", received=1, decided=2, state=State.ACCEPTED, waits=True),
        sent("b", received=2, decided=2, state=State.REJECTED),
        sent("c", received=0, decided=1, state=State.ACCEPTED),  # came last year
        printed(9, TOWN, quarter=3),
    )
    year = line(table(kept, Scope()), "镇")
    assert (year.submitted, year.accepted, year.decided, year.published) == (2, 2, 3, 1)
    assert year.rate == pytest.approx(2 / 3)
    assert (year.waiting, year.rest) == (1, 1)
    assert year.quarters == [1, 1, 0, 0]
    second = line(table(kept, Scope(2)), "镇")
    assert (second.submitted, second.accepted, second.decided, second.published) == (1, 1, 2, 0)
    third = table(kept, Scope(3))
    assert (third.total.submitted, third.total.published, third.total.rate) == (0, 1, None)
    assert third.of_quarters == [(1, 0), (1, 0), (0, 1), (0, 0)]


def test_units_that_sign_together_get_one_each_and_the_total_counts_once():
    figures = table(book(printed(1, TOWN, VILLAGE), printed(2, TOWN)), Scope())
    assert [(one.name, one.published, one.points) for one in figures.lines] == [("镇", 2, 6), ("村", 1, 3)]
    assert (figures.total.published, figures.total.points) == (2, 9)


def test_a_unit_counts_once_in_a_composite():
    figures = table(
        book(printed(11, TOWN, whole=10), printed(12, TOWN, whole=10), printed(13, PORT, whole=10)), Scope()
    )
    assert [(one.name, one.published, one.points) for one in figures.lines] == [("港", 1, 3), ("镇", 1, 3)]


def test_equal_points_share_a_rank_and_the_next_is_counted_on():
    kept = book(printed(1, TOWN), printed(2, VILLAGE), printed(3, PORT, points=1), printed(4, None))
    assert [(one.name, one.rank) for one in table(kept, Scope()).lines] == [
        ("村", 1),
        ("镇", 1),
        ("港", 3),
        (NO_UNIT, None),
    ]


def test_without_rules_the_rank_is_by_pieces():
    kept = book(
        printed(1, TOWN, points=0), printed(2, VILLAGE, points=0), printed(3, VILLAGE, points=0), has_rules=False
    )
    assert [(one.name, one.rank) for one in table(kept, Scope()).lines] == [("村", 1), ("镇", 2)]


def test_a_quota_is_of_the_whole_year_whatever_is_looked_at():
    kept = book(printed(1, TOWN, quarter=1), printed(2, TOWN, quarter=2, kind="image"), quotas={TOWN: 2, PORT: 1})
    figures = table(kept, Scope(2, kind="text"))
    town, port = line(figures, "镇"), line(figures, "港")
    assert (town.published, town.done, town.asked, town.met) == (0, 2, 2, True)
    assert (port.submitted, port.short, port.met) == (0, 1, False)  # there without a piece
    assert (figures.met, figures.unmet) == (1, 1)


def test_kind_and_section_narrow_every_figure():
    kept = book(
        sent("a", section=2), sent("b", kind="image"), printed(1, TOWN, section=2), printed(2, TOWN, kind="image")
    )
    assert (table(kept, Scope(kind="image")).total.submitted, table(kept, Scope(section=2)).total.submitted) == (1, 1)
    assert table(kept, Scope(kind="image")).total.published == 1
    assert table(kept, Scope()).of_sections == [(1, 1), (2, 1)]


def test_persons_are_those_who_sign():
    kept = book(printed(1, TOWN, names=("甲", "乙")), printed(2, TOWN, names=()), sent("a", name="乙"))
    figures = table(kept, Scope(by="person"))
    assert [(one.name, one.unit, one.submitted, one.published) for one in figures.lines] == [
        ("乙", "镇", 1, 1),
        ("甲", "镇", 0, 1),
    ]
    assert figures.total.published == 1


@pytest.mark.parametrize("figure", OPENS)
def test_what_a_figure_opens_is_what_it_counted(figure):
    kept = book(
        sent("a", decided=1, state=State.ACCEPTED, waits=True),
        sent("b", VILLAGE, decided=1, state=State.REJECTED),
        printed(1, TOWN, VILLAGE),
        printed(2, VILLAGE, points=5),
    )
    figures = table(kept, Scope(1))
    for one in figures.lines:
        opened = entries_of(kept, figure, Scope(1), who=one.who)
        got = sum(entry.points for entry in opened) if figure == "points" else len(opened)
        assert got == getattr(one, figure)
    if figure != "points":
        assert len(entries_of(kept, figure, Scope(1), everybody=True)) == getattr(figures.total, figure)


def test_a_figure_nobody_defined_is_refused():
    with pytest.raises(ValueError, match="charm"):
        list(counted(book(), "charm", Scope()))


def test_an_empty_year_has_a_table_and_drawings():
    figures = table(book(), Scope())
    assert (figures.lines, figures.total.submitted, figures.of_sections) == ([], 0, [])
    assert [bar.received.height for bar in charts.quarter_bars(figures.of_quarters, 0)] == ["0"] * 4
    assert charts.longest([]) == 1


def test_drawings_keep_to_their_box():
    bars = charts.quarter_bars([(68, 0), (34, 34), (0, 0), (1, 0)], 1)
    assert (bars[0].name, bars[0].received.height, bars[1].published.height) == ("一季度（未刊发）", "78", "39")
    sections = charts.section_bars([(n, 9 - n) for n in range(1, 8)], {n: f"栏{n}" for n in range(1, 8)})
    assert [(bar.name, bar.value) for bar in sections][-1] == ("其他 2 栏", 5)


@pytest.mark.parametrize(
    ("number", "frequency", "quarter"),
    [
        (1, "季刊", 1),
        (4, "季刊", 4),
        (5, "季刊", 4),
        (2, "双月刊", 2),
        (3, "双月刊", 2),
        (12, "月刊", 4),
        (1, "半年刊", 2),
    ],
)
def test_the_quarter_of_an_issue(number, frequency, quarter):
    assert issue_quarter(number, frequency) == quarter


def test_the_most_special_rule_wins():
    rules = [
        PointRule(year=2026, points=1),
        PointRule(year=2026, kind="text", points=2, first_in_issue=4),
        PointRule(year=2026, section_id=7, points=3),
        PointRule(year=2026, section_id=7, kind="text", points=5),
    ]
    assert [rule_for(rules, *what).points for what in (("image", 1), ("text", 1), ("image", 7), ("text", 7))] == [
        1,
        2,
        3,
        5,
    ]
    assert points_for(rules, "text", 1, leads=True) == 6
    assert points_for([], "text", 1, leads=True) == 0
    assert (told(Decimal("18.0")), told(Decimal("4.5"))) == ("18", "4.5")


@pytest.fixture
def issue_out(make_issue, publish):
    """Publish the articles as one issue of 2026."""

    def out(number, *articles, section=None):
        issue = make_issue(2026, number)
        for article in articles:
            issue.sections.get_or_create(section=article.section, defaults={"position": 1})
            article.issue = issue
            article.position = issue.articles.count() + 1
            article.save()
            article.parts.update(issue=issue)
        return publish(issue)

    return out


@pytest.fixture
def year():
    return timezone.localdate().year


def local(*when):
    return datetime(*when, tzinfo=timezone.get_current_timezone())


def rows(year=2026, scope=None):
    return {one.full_name: one for one in table(read_book(year), scope or Scope()).lines}


def test_from_sending_to_printing(make_submission, issue_out, unit, year, cast):
    PointRule.objects.create(year=2026, kind="text", points=3, first_in_issue=2)
    Quota.objects.create(unit=unit, year=2026, pieces=1)
    accepted = make_submission("accepted")
    make_submission("rejected", contributor=cast.other)
    make_submission("draft")
    now = {name: (one.submitted, one.accepted, one.decided) for name, one in rows(year).items()}
    assert now == {unit.name: (1, 1, 1), "临港镇机关支部": (1, 0, 1)}
    assert line(table(read_book(year), Scope()), unit.short_name).waiting == 1
    issue_out(3, accepted.article)
    one = rows()[unit.name]
    assert (one.published, one.points, one.met) == (1, 5, True)
    assert rows(scope=Scope(2))[unit.name].published == 0
    assert rows(scope=Scope(3))[unit.name].published == 1
    assert line(table(read_book(year), Scope()), unit.short_name).waiting == 0


def test_a_letter_counts_on_the_day_it_came(make_submission, unit):
    late = make_submission("submitted")
    Submission.objects.filter(pk=late.pk).update(received_on=date(2025, 12, 30), submitted_at=local(2026, 1, 4, 9))
    assert rows(2025, Scope(4))[unit.name].submitted == 1
    assert rows(2026) == {}


def test_midnight_is_local(make_submission, unit):
    """In UTC it is still the old year."""
    early = make_submission("submitted")
    Submission.objects.filter(pk=early.pk).update(submitted_at=local(2026, 1, 1, 0, 30))
    assert rows(2026, Scope(1))[unit.name].submitted == 1
    assert rows(2025) == {}


def test_the_signature_prevails_over_who_sent_it(make_submission, issue_out, unit, year):
    other = Unit.objects.create(name="望海区渔政大队")
    article = make_submission("accepted").article
    article.bylines.all().delete()
    Byline.objects.create(article=article, kind="unit", name=other.name, unit=other)
    Byline.objects.create(article=article, kind="unit", name=unit.name, unit=unit, position=2)
    issue_out(1, article)
    assert rows()[other.name].published == 1
    assert rows()[unit.name].published == 1
    Byline.objects.filter(article=article).update(unit=None)
    assert rows()[unit.name].published == 1, "without a signed unit it is the sender's"
    assert other.name not in rows()


def test_an_articles_later_fate(make_article, issue_out, unit):
    """Corrections change nothing; what is withdrawn counts no longer, and nobody becomes the first in its place."""
    PointRule.objects.create(year=2026, points=1, first_in_issue=9)
    first, second = make_article("第一篇", bylines=["甲"]), make_article("第二篇", bylines=["乙"])
    for article in (first, second):
        article.bylines.update(unit=unit)
    issue_out(2, first, second)
    assert rows()[unit.name].points == 11
    Article.objects.filter(pk=second.pk).update(title="更正后的题目")
    assert rows()[unit.name].points == 11
    Article.objects.filter(pk=first.pk).update(withdrawn_at=timezone.now(), withdrawn_reason="数字有误")
    one = rows()[unit.name]
    assert (one.published, one.points) == (1, 1)
    gone = {"state": Issue.State.WITHDRAWN, "withdrawn_at": timezone.now(), "withdrawn_reason": "整期有误"}
    Issue.objects.filter(year=2026, number=2).update(**gone)
    assert rows() == {}


def test_last_years_points_do_not_move_with_this_years_rules(make_article, make_issue, publish, unit):
    PointRule.objects.create(year=2025, points=2)
    issue = make_issue(2025, 4)
    make_article("去年的", issue=issue, bylines=["甲"]).bylines.update(unit=unit)
    publish(issue)
    PointRule.objects.create(year=2026, points=50)
    assert rows(2025)[unit.name].points == 2


def test_a_merged_units_pieces_count_to_its_successor_and_rows_stay(make_submission, issue_out, unit, cast, year):
    town = Unit.objects.create(name="临港镇党委")
    article = make_submission("accepted").article
    issue_out(1, article)
    Quota.objects.create(unit=unit, year=2026, pieces=2)
    Quota.objects.create(unit=town, year=2026, pieces=3)
    before = rows()[unit.name]
    units.merge(unit, town, cast.chief)
    after = rows()
    assert unit.name not in after
    assert (after[town.name].published, after[town.name].asked) == (before.published, 5)
    assert rows(year)[town.name].submitted == 1
    assert Submission.objects.get().unit == unit
    assert article.bylines.filter(unit=unit).exists()
    kept = read_book(2026)
    row = rows_of(kept, "published", entries_of(kept, "published", Scope(), who=town.pk))[0]
    assert (row.unit, row.counted_for) == (unit.short_name, town.name)
    units.part(unit, cast.chief)
    assert rows()[unit.name].published == before.published


def test_a_composite_in_print(make_article, issue_out, unit):
    """Heading and lead count for nobody, each part for the unit that signs it."""
    other = Unit.objects.create(name="望海区渔政大队")
    whole = make_article("聚焦一线")
    for number, signer in enumerate((unit, unit, other), 1):
        piece = make_article(f"第{number}家", parent=whole)
        Byline.objects.create(article=piece, kind="unit", name=signer.name, unit=signer)
    issue_out(4, whole)
    assert {name: one.published for name, one in rows(scope=Scope(4)).items()} == {unit.name: 1, other.name: 1}


def test_persons_of_an_accepted_composite_are_found_in_its_parts(make_submission, year):
    body = "引言一句。\n## 东村的账本\n村党支部书记 何田\n账本挂在墙上，人人看得见。\n## 西村的灯\n村党支部书记 方舟\n路灯修好了，夜里不黑。"
    whole = make_submission("accepted", body=body, is_composite=True, byline="", keep_warnings=True)
    assert whole.article.parts.count() == 2
    figures = table(read_book(year), Scope(by="person"))
    assert {one.name for one in figures.lines if one.accepted} == {"何田", "方舟"}


def test_the_same_number_of_queries_for_one_and_for_many(
    make_article, make_issue, publish, unit, django_assert_num_queries, django_assert_max_num_queries
):
    issue = make_issue(2026, 1)
    make_article("一", issue=issue, bylines=["甲"])
    publish(issue)
    with django_assert_max_num_queries(12) as first:
        table(read_book(2026), Scope())
    more = make_issue(2026, 2)
    for number in range(4):
        make_article(f"又{number}", issue=more, bylines=["乙", "丙"])
        Quota.objects.create(unit=Unit.objects.create(name=f"单位{number}"), year=2026, pieces=1)
    publish(more)
    with django_assert_num_queries(len(first)):
        table(read_book(2026), Scope())


def test_quarters_of_the_year():
    assert [quarter_of(date(2026, month, 1)) for month in (1, 3, 4, 6, 7, 9, 10, 12)] == [1, 1, 2, 2, 3, 3, 4, 4]


def test_a_year_without_anything_is_an_empty_book(db):
    kept = read_book(1990)
    assert (kept.sent, kept.printed, kept.quotas) == ([], [], {})
    assert Section.objects.count() == len(kept.sections)
