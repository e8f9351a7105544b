"""The pages of an issue: typeset once, kept until something that is printed changes; the bar and the estimates."""

import pytest

from journal import assembly, order, page_plan
from journal.models import Article, Content, Highlight, Section

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(make_issue, make_article):
    issue = make_issue()
    sections = list(Section.objects.all()[:2])
    for title, section in (("甲", sections[0]), ("乙", sections[0]), ("丙", sections[1])):
        make_article(title, issue=issue, section=section, html="<p>" + "村里议事。" * 200 + "</p>")
    return issue


@pytest.fixture
def times_set(monkeypatch):
    """How often the typesetting ran."""
    runs = []

    def counted(issue):
        runs.append(issue)
        return real(issue)

    real = page_plan.typeset
    monkeypatch.setattr(page_plan, "typeset", counted)
    return runs


def test_it_is_set_once_and_again_after_a_move(issue, cast, times_set):
    assert page_plan.cached(issue) is None
    plan = page_plan.set_now(issue)
    assert page_plan.set_now(issue) == page_plan.cached(issue) == plan
    assert len(times_set) == 1
    first, second = (Article.objects.get(title=title) for title in ("甲", "乙"))
    assert plan.starts[first.pk] < plan.starts[second.pk]
    assembly.place(second, issue, cast.editor, position=1)
    assert page_plan.cached(issue) is None
    assert page_plan.latest(issue) == plan
    assert page_plan.set_now(issue).starts[second.pk] < page_plan.set_now(issue).starts[first.pk]
    assert len(times_set) == 2
    # Back to an order that was set before: nothing is set again.
    order.undo(issue, cast.editor, token=issue.order_token)
    assert page_plan.set_now(issue) == plan
    assert len(times_set) == 2


def test_whatever_is_printed_counts(issue, cast, make_picture):
    article = Article.objects.get(title="甲")
    picture = make_picture()
    seen = {page_plan.fingerprint(issue)}

    def changed():
        now = page_plan.fingerprint(issue)
        known = now in seen
        seen.add(now)
        return not known

    html = f'<p>改了。</p><figure data-picture="{picture.pk}"></figure>'
    article.text.save_version(Content(title="甲", html=html), cast.editor, "改稿")
    assert changed()
    picture.print_width_mm = 170
    picture.save()
    assert changed()
    assembly.sign(article, [{"kind": "person", "name": "何小满"}])
    assert changed()
    Highlight.objects.create(issue=issue, text="甲", article=article)
    assert changed()
    issue.theme = "议事"
    assert changed()
    assert not changed()


@pytest.mark.parametrize(
    ("numbered", "planned", "states"),
    [
        (8, None, ["full", "full"]),
        (9, 12, ["full", "full", "part"]),
        (4, 12, ["full", "empty", "empty"]),
        (9, 8, ["full", "full", "over"]),
        (0, None, []),
    ],
)
def test_the_bar_has_a_cell_a_signature(numbered, planned, states):
    cells = page_plan.cells(numbered, planned)
    assert [cell.state for cell in cells] == states
    assert [cell.first for cell in cells] == list(range(1, len(states) * 4, 4))


def test_lengths_are_estimated():
    assert page_plan.estimated_pages(300, 0) == 0
    assert page_plan.estimated_pages(1_000, 0) == 1
    assert page_plan.estimated_pages(2_846, 2) == 3
    assert page_plan.estimated_pages(0, 6) == 2
