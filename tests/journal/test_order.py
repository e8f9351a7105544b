"""Going back step by step, and what any sequence of steps keeps: dense positions, every article, the exact order."""

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journal import assembly, order, secrecy
from journal.models import Article, Issue, OrderStep, Section

pytestmark = pytest.mark.django_db


@pytest.fixture
def columns(db):
    return list(Section.objects.all()[:3])


@pytest.fixture
def issue(make_issue, make_article, columns):
    issue = make_issue()
    for title in ("甲", "乙"):
        make_article(title, issue=issue, section=columns[0])
    make_article("丙", issue=issue, section=columns[1])
    return issue


def titles(issue):
    return list(issue.articles.order_by("section__position", "position").values_list("title", flat=True))


def undo(issue, person):
    return order.undo(issue, person, token=issue.order_token)


def test_twenty_steps_back(issue, cast, columns):
    seen = []
    for number in range(21):
        seen.append(order.arrangement(issue))
        first = assembly.in_section(issue, columns[number % 2]).first()
        assembly.place(first, issue, cast.editor, section=columns[(number + 1) % 2], position=1 + number % 2)
    for before in reversed(seen):
        undo(issue, cast.editor)
        assert order.arrangement(issue) == before
    with pytest.raises(order.AssemblyRefused, match="没有可以撤销"):
        undo(issue, cast.editor)


def test_no_more_steps_are_kept_than_said(issue, cast, columns):
    article = assembly.in_section(issue, columns[0]).first()
    for _ in range(order.KEPT_STEPS + 5):
        assembly.place(article, issue, cast.editor)
    assert OrderStep.objects.filter(issue=issue).count() == order.KEPT_STEPS


def test_a_colleagues_step_ends_the_way_back(issue, cast):
    assembly.remove(Article.objects.get(title="甲"), cast.editor)
    assert order.last_step(Issue.objects.get(), cast.editor).told == "《甲》移出，回到待编"
    issue.refresh_from_db()
    assembly.remove(Article.objects.get(title="乙"), cast.second_editor)
    issue.refresh_from_db()
    assert order.last_step(issue, cast.editor) is None
    with pytest.raises(order.AssemblyRefused, match="顾南乔在您之后又调整过顺序"):
        undo(issue, cast.editor)
    issue.refresh_from_db()
    assert undo(issue, cast.second_editor) == "《乙》移出，回到待编"
    assert titles(issue) == ["乙", "丙"]
    # With the colleague's step taken back, the own one is the last again.
    undo(issue, cast.editor)
    assert titles(issue) == ["甲", "乙", "丙"]


def test_a_stale_undo_and_a_closed_issue_are_refused(issue, cast):
    assembly.remove(Article.objects.get(title="甲"), cast.editor)
    issue.refresh_from_db()
    with pytest.raises(order.OrderChanged):
        order.undo(issue, cast.editor, token=issue.order_token - 1)
    with pytest.raises(PermissionDenied):
        undo(issue, cast.proofreader)
    Issue.objects.update(state="closed")
    with pytest.raises(order.IssueClosed):
        undo(issue, cast.editor)
    assert titles(issue) == ["乙", "丙"]


def test_pages_set_since_stay_when_a_move_is_undone(issue, cast):
    article = Article.objects.get(title="甲")
    assembly.place(article, issue, cast.editor, position=2)
    Article.objects.filter(pk=article.pk).update(start_page=6, end_page=9)
    undo(issue, cast.editor)
    article.refresh_from_db()
    assert (article.position, article.start_page) == (1, 6)


def test_undoing_pages_brings_back_the_numbers(issue, cast):
    article = Article.objects.get(title="甲")
    article.issue = issue
    assembly.set_pages(article, cast.editor, start=6, end=9)
    assembly.take_pages(issue, cast.editor, {article.pk: 7}, {article.pk: 8})
    assert undo(issue, cast.editor) == "按排版取页码，改了 2 处"
    article.refresh_from_db()
    assert (article.start_page, article.end_page) == (6, 9)
    undo(issue, cast.editor)
    article.refresh_from_db()
    assert article.start_page is None


def test_what_was_refused_since_does_not_come_back(issue, cast):
    article = Article.objects.get(title="甲")
    assembly.remove(article, cast.editor)
    secrecy.record(article.text, cast.managing, secrecy.Finding(conclusion="none", basis="定密清单"))
    issue.refresh_from_db()
    with pytest.raises(order.AssemblyRefused, match="不予刊发"):
        undo(issue, cast.editor)
    assert titles(issue) == ["乙", "丙"]


def test_changes_since_are_the_colleagues(issue, cast):
    token = issue.order_token
    assembly.remove(Article.objects.get(title="甲"), cast.editor)
    issue.refresh_from_db()
    assembly.remove(Article.objects.get(title="乙"), cast.second_editor)
    issue.refresh_from_db()
    assert [step.told for step in order.changes_since(issue, token, cast.editor)] == ["《乙》移出，回到待编"]
    assert order.changes_since(issue, issue.order_token, cast.editor) == []


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["place", "remove", "undo", "sections"]),
        st.integers(0, 5),
        st.integers(0, 2),
        st.integers(-1, 7),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_any_sequence_keeps_positions_dense_and_loses_nothing(steps, make_issue, make_article, cast, columns):
    OrderStep.objects.all().delete()
    Article.objects.all().delete()
    issue = make_issue(year=2000 + Issue.objects.count())
    articles = [make_article(f"第{number}篇", section=columns[number % 3]) for number in range(6)]
    history = []
    for act, which, column, position in steps:
        before = order.arrangement(issue)
        article = Article.objects.get(pk=articles[which].pk)
        if act == "place":
            assembly.place(article, issue, cast.editor, section=columns[column], position=position)
        elif act == "remove" and article.issue_id:
            article.issue = issue
            assembly.remove(article, cast.editor)
        elif act == "sections" and before["columns"]:
            ids = list(issue.sections.values_list("pk", flat=True))
            assembly.order_sections(issue, ids[::-1], cast.editor)
        elif act == "undo" and history:
            undo(issue, cast.editor)
            assert order.arrangement(issue) == history.pop()
            continue
        else:
            continue
        history.append(before)
        _check(issue, articles)
    while history:
        undo(issue, cast.editor)
        assert order.arrangement(issue) == history.pop()
    _check(issue, articles)
    assert not issue.articles.exists()


def _check(issue, articles):
    """Positions 1, 2, 3 … in each column; each article in the issue or in the pool, once."""
    placed = list(issue.articles.values_list("section_id", "position", "pk"))
    for section in {row[0] for row in placed}:
        positions = sorted(row[1] for row in placed if row[0] == section)
        assert positions == list(range(1, len(positions) + 1))
        assert issue.sections.filter(section=section).count() == 1
    pool = set(Article.objects.unplaced().values_list("pk", flat=True))
    assert {row[2] for row in placed} | pool == {article.pk for article in articles}
    assert not {row[2] for row in placed} & pool
