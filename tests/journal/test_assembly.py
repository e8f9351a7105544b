"""Placing, moving, removing, undoing: one order, one token, nothing taken twice."""

import pytest
from django.core.exceptions import PermissionDenied

from journal import assembly, order
from journal.models import Article, Author, IssueSection, Section
from members.models import Event, Unit, UnitAlias

pytestmark = pytest.mark.django_db


@pytest.fixture
def columns(db):
    return list(Section.objects.all()[:3])


def titles(issue, section):
    return list(issue.articles.filter(section=section).order_by("position").values_list("title", flat=True))


def test_place_in_the_middle_and_move(make_issue, make_article, cast, columns):
    issue = make_issue()
    for title in ("甲", "乙"):
        assembly.place(make_article(title, section=columns[0]), issue, cast.editor)
    third = make_article("丙", section=columns[1])
    assembly.place(third, issue, cast.editor, section=columns[0], position=2)
    assert titles(issue, columns[0]) == ["甲", "丙", "乙"]
    assembly.place(third, issue, cast.editor, section=columns[2])
    assert titles(issue, columns[0]) == ["甲", "乙"]
    assert titles(issue, columns[2]) == ["丙"]
    assert [row.section for row in issue.sections.all()] == [columns[0], columns[2]]
    assert Event.objects.about(third).count() == 2


def test_a_position_beyond_the_end_is_the_end(make_issue, make_article, cast, columns):
    issue = make_issue()
    assembly.place(make_article("甲", section=columns[0]), issue, cast.editor)
    assembly.place(make_article("乙", section=columns[0]), issue, cast.editor, position=99)
    assembly.place(make_article("丙", section=columns[0]), issue, cast.editor, position=-4)
    assert titles(issue, columns[0]) == ["丙", "甲", "乙"]


def test_remove_takes_the_parts_along(make_issue, make_article, cast):
    issue = make_issue()
    whole = make_article("聚焦", issue=issue)
    part = make_article("之一", issue=issue, parent=whole)
    assembly.remove(whole, cast.editor)
    part.refresh_from_db()
    assert part.issue is None
    assert list(Article.objects.unplaced()) == [whole]


def test_a_stale_token_changes_nothing(make_issue, make_article, cast, columns):
    issue = make_issue()
    article = make_article("甲", section=columns[0])
    stale = issue.order_token
    assembly.place(article, issue, cast.editor, token=stale)
    with pytest.raises(assembly.OrderChanged, match="同事刚刚调整了"):
        assembly.place(make_article("乙", section=columns[0]), issue, cast.second_editor, token=stale)
    assert titles(issue, columns[0]) == ["甲"]


def test_another_issues_article_is_not_taken(make_issue, make_article, cast):
    first, second = make_issue(), make_issue()
    article = make_article("甲", issue=first)
    with pytest.raises(assembly.AssemblyRefused, match="已经编入"):
        assembly.place(article, second, cast.editor)
    article.refresh_from_db()
    assert article.issue == first


def test_a_part_is_not_placed_alone(make_issue, make_article, cast):
    part = make_article("之一", parent=make_article("聚焦"))
    with pytest.raises(assembly.AssemblyRefused, match="组稿"):
        assembly.place(part, make_issue(), cast.editor)


def test_a_closed_issue_takes_nothing(make_issue, make_article, cast):
    issue = make_issue(state="closed")
    with pytest.raises(assembly.IssueClosed, match="已定稿"):
        assembly.place(make_article("甲"), issue, cast.editor)


@pytest.mark.parametrize("person", ["contributor", "reader", "liaison", "proofreader", "administrator", "pending"])
def test_only_reviewers_assemble(person, make_issue, make_article, cast):
    issue, article = make_issue(), make_article("甲")
    with pytest.raises(PermissionDenied):
        assembly.place(article, issue, getattr(cast, person))
    article.refresh_from_db()
    assert article.issue is None


def test_sections_in_the_order_given(make_issue, make_article, cast, columns):
    issue = make_issue()
    for column in columns:
        make_article(column.name, issue=issue, section=column)
    ids = [row.pk for row in issue.sections.all()]
    assembly.order_sections(issue, ids[::-1], cast.editor)
    assert [row.pk for row in issue.sections.all()] == ids[::-1]
    with pytest.raises(assembly.OrderChanged):
        assembly.order_sections(issue, ids[:2], cast.editor)


def test_only_an_empty_column_is_dropped(make_issue, make_article, cast, columns):
    issue = make_issue()
    article = make_article("甲", issue=issue, section=columns[0])
    row = issue.sections.get()
    with pytest.raises(assembly.AssemblyRefused, match="还有文章"):
        assembly.drop_section(row, cast.editor)
    assembly.remove(article, cast.editor)
    assembly.drop_section(row, cast.editor)
    assert not IssueSection.objects.filter(issue=issue).exists()


def test_pages_by_hand(make_issue, make_article, cast):
    article = make_article("甲", issue=make_issue())
    assembly.set_pages(article, cast.editor, start=6, end=9)
    article.refresh_from_db()
    assert (article.start_page, article.end_page) == (6, 9)
    with pytest.raises(assembly.AssemblyRefused, match="结束页 5 小于起始页 6"):
        assembly.set_pages(article, cast.editor, start=6, end=5)


def test_undo_brings_back_the_order(make_issue, make_article, cast, columns):
    issue = make_issue()
    one = make_article("甲", issue=issue, section=columns[0])
    make_article("乙", issue=issue, section=columns[0])
    before = order.arrangement(issue)
    assembly.remove(one, cast.editor)
    issue.refresh_from_db()
    order.restore(issue, before, cast.editor, token=issue.order_token)
    assert titles(issue, columns[0]) == ["甲", "乙"]
    assert order.arrangement(issue) == before


def test_undo_of_a_placing_returns_the_article_to_the_pool(make_issue, make_article, cast, columns):
    issue, article = make_issue(), make_article("甲", section=columns[0])
    before = order.arrangement(issue)
    assembly.place(article, issue, cast.editor)
    order.restore(issue, before, cast.editor, token=issue.order_token)
    assert list(Article.objects.unplaced()) == [article]
    assert not issue.sections.exists()


def test_undo_is_refused_when_an_article_has_gone_elsewhere(make_issue, make_article, cast):
    issue, other = make_issue(), make_issue()
    article = make_article("甲", issue=issue)
    before = order.arrangement(issue)
    assembly.remove(article, cast.editor)
    assembly.place(article, other, cast.second_editor)
    issue.refresh_from_db()
    with pytest.raises(assembly.OrderChanged):
        order.restore(issue, before, cast.editor, token=issue.order_token)
    article.refresh_from_db()
    assert article.issue == other


def test_bylines_find_units_by_alias_and_are_frozen_in_print(make_issue, make_article, publish):
    district = Unit.objects.create(name="望海区委组织部")
    UnitAlias.objects.create(unit=district, name="望海组织部")
    issue = make_issue()
    article = make_article("甲", issue=issue)
    lines = [{"kind": "unit", "name": "望海组织部"}, {"kind": "person", "name": "何小满"}]
    assembly.sign(article, lines)
    assembly.sign(article, lines)
    assert [(line.name, line.unit) for line in article.bylines.all()] == [("望海组织部", district), ("何小满", None)]
    assert Author.objects.filter(name="何小满").count() == 1
    publish(issue)
    with pytest.raises(assembly.BylineFrozen, match="照登不改"):
        assembly.sign(article, [])
    assert article.bylines.count() == 2
