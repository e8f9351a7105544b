"""Readiness: six columns, the exceptions alone, in a constant number of queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from journal import proofing, readiness
from journal.models import Approval, Article, Content
from journal.readiness import Column
from journal.versions import missing_reviews

pytestmark = pytest.mark.django_db


def pass_reviews(article, cast, kinds=Approval.REVIEWS):
    for kind in kinds:
        facts = {"kind": kind, "version": article.text.current, "person": cast.editor, "decision": "passed"}
        Approval.objects.create(**facts)


@pytest.fixture
def complete(make_article, make_issue, cast):
    """Nothing to say about it."""

    def make(title="甲", **fields):
        fields = {"issue": make_issue(), "bylines": ["何小满"]} | fields
        article = make_article(title, **fields)
        pass_reviews(article, cast, (*Approval.REVIEWS, *Approval.PROOFS, Approval.Kind.READ_THROUGH))
        return article

    return make


def lacks(article):
    (fresh,) = readiness.with_facts(Article.objects.filter(pk=article.pk))
    found = readiness.readiness_of([fresh])[article.pk]
    return {column: lack.word for column, lack in found.lacks.items()}


def test_nothing_is_said_of_a_complete_article(complete):
    assert lacks(complete()) == {}


def test_the_review_that_comes_next_is_named(make_article, make_issue, cast, complete):
    article = make_article("乙", issue=make_issue(), bylines=["何小满"])
    assert lacks(article)[Column.REVIEWS] == "待初审"
    pass_reviews(article, cast, Approval.REVIEWS[:1])
    assert lacks(article)[Column.REVIEWS] == "待复审"
    assert missing_reviews(article) == list(Approval.REVIEWS[1:])


def test_a_substantive_change_opens_reviews_and_secrecy_again(complete, cast):
    from journal import versions

    article = complete()
    content = Content(title="甲", html="<p>全改了。</p>", bylines=article.text.current.bylines)
    versions.save_edited(article.text, content, cast.editor, "改稿")
    assert lacks(article) == {Column.REVIEWS: "待初审", Column.SECRECY: "待审", Column.PROOFS: "待一校"}


@pytest.mark.parametrize(("conclusion", "word"), [("", "待审"), ("none", "不予刊发"), ("internal", None)])
def test_secrecy(conclusion, word, complete):
    assert lacks(complete(secrecy=conclusion)).get(Column.SECRECY) == word


def test_proofs_name_the_stage_and_who_has_to_act(make_article, make_issue, cast):
    article = make_article("乙", issue=make_issue(), html="<p>村里议事。</p>", bylines=["何小满"])
    pass_reviews(article, cast)
    assert lacks(article) == {Column.PROOFS: "待一校"}
    proofing.add_mark(article, cast.proofreader, proofing.Spotted("character", "议事", replacement="议定"))
    assert lacks(article) == {Column.PROOFS: "一校中"}
    proofing.hand_in(article, cast.proofreader, stage="proof_1", seen=article.text.current_id)
    assert lacks(article) == {Column.PROOFS: "待改样"}


@pytest.mark.parametrize(
    ("widths", "word", "waits"),
    [((1200,), None, None), ((800, 1200), "1 张不足", True), ((300, 600), "2 张不足", False)],
)
def test_pictures_are_judged_at_their_print_width(widths, word, waits, complete, make_picture):
    # A column is 81 mm wide: 957 pixels at 300 dots per inch.
    pictures = [make_picture(size=(width, 400), caption=f"图{width}") for width in widths]
    html = "".join(f'<figure data-picture="{picture.pk}"></figure>' for picture in pictures)
    article = complete(html=f"<p>正文。</p>{html}")
    assert lacks(article).get(Column.PICTURES) == word
    if word:
        (fresh,) = readiness.with_facts(Article.objects.filter(pk=article.pk))
        assert readiness.readiness_of([fresh])[article.pk].lacks[Column.PICTURES].waits is waits


def test_byline_and_source(complete, make_picture):
    assert lacks(complete(bylines=())) == {Column.BYLINE: "无署名"}
    assert lacks(complete(origin="recommended")) == {Column.SOURCE: "缺来源"}
    assert lacks(complete(origin="recommended", source="来源：某报")) == {Column.SOURCE: "无上网权"}
    assert lacks(complete(origin="recommended", source="来源：某报", online_right="granted")) == {}
    photograph = make_picture(photographer="叶知秋")
    assert lacks(complete(bylines=(), kind="image", html=f'<figure data-picture="{photograph.pk}"></figure>')) == {}


def test_a_composite_is_as_ready_as_its_parts(complete, make_article, cast):
    whole = complete("聚焦", bylines=())
    part = make_article("之一", issue=whole.issue, parent=whole, bylines=["何小满"], secrecy="")
    found = lacks(whole)
    assert found[Column.REVIEWS] == "待初审"  # typed in after the whole was reviewed
    assert Column.BYLINE not in found
    part.text.versions.update(substantive=False)
    assert lacks(whole) == {Column.PROOFS: "待一校"}


def test_the_same_number_of_queries_for_many(complete, make_article, make_picture):
    first = complete(html=f'<figure data-picture="{make_picture().pk}"></figure>')
    make_article("之一", issue=first.issue, parent=first)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            readiness.readiness_of(readiness.with_facts(Article.objects.toplevel()))
        return len(queries)

    few = asked()
    for number in range(6):
        picture = make_picture(caption=f"图{number}")
        other = make_article(f"第{number}篇", html=f'<figure data-picture="{picture.pk}"></figure>')
        make_article("之一", parent=other)
    assert asked() == few
