"""查重 for editors: the box of the review page, and two texts beside each other with equal numbers."""

import re

import pytest
from django.urls import reverse

from journal import duplicates
from journal.models import Content, IndexedText, Text
from submissions import workflow
from tests.conftest import ALL_DECLARED

pytestmark = pytest.mark.django_db

BODY = (
    "榕岭村把议事桌搬到榕树下，每月两次，群众先说，干部后答，谁家有难处谁就坐到前排，说完了再由大家一起出主意。\n"
    "头一次开会来了七个人，第二次来了三十多个，后来凳子不够，各家自己带，板凳会的名字就是这样叫开的。\n"
    "定下来的事贴在祠堂外墙上，写明谁来办、哪天办完，办完一件划掉一件，到年底四十六件事划掉了四十三件。"
)
OWN = "这一段只有这一篇才有，讲的是渔港修路灯的事，与议事的做法没有一个字相同，放在两段相同的文字中间。"
PIECE = re.compile(r'<mark id="(left|right)-(\d+)">.*?</(?:a|b)>(.*?)</mark>', re.DOTALL)


def html_of(text):
    return "".join(f"<p>{line}</p>" for line in text.split("\n"))


def beside(submission, text):
    return reverse("admin:submissions_submission_duplicates", args=[submission.pk, text.pk])


def page_of(submission):
    return reverse("admin:submissions_submission_change", args=[submission.pk])


@pytest.fixture
def archived(make_article):
    article = make_article("榕树下的议事桌", html=html_of(BODY))
    duplicates.index_text(article.text)
    return article


@pytest.fixture
def sent(archived, make_submission):
    return make_submission(title="板凳会", body=BODY.replace("\n", f"\n{OWN}\n", 1), keep_warnings=True)


@pytest.fixture
def as_(client, cast):
    def sign_in(person):
        client.force_login(getattr(cast, person))
        return client

    return sign_in


def test_handing_in_indexes_the_text_and_giving_back_the_new_one(make_submission, cast):
    submission = make_submission("returned")
    first = IndexedText.objects.get(text=submission.text).version
    assert first == submission.text.current
    submission.body += "\n补一个例子，说清楚是谁办的。"
    submission.save()
    workflow.resubmit(submission, cast.contributor, declared=ALL_DECLARED)
    assert IndexedText.objects.get(text=submission.text).version == submission.text.current != first


def test_the_review_page_tells_what_is_the_same(as_, sent, archived):
    page = as_("editor").get(page_of(sent)).content.decode()
    assert "查重 1" in page
    assert "重复" in page
    assert "稿库的《榕树下的议事桌》" in page
    assert beside(sent, archived.text) in page


def test_nothing_the_same_is_said_too(as_, make_submission):
    page = as_("editor").get(page_of(make_submission())).content.decode()
    assert "与已有的文章、来稿没有相同的" in page


def test_equal_numbers_stand_at_equal_passages(as_, sent, archived):
    page = as_("editor").get(beside(sent, archived.text)).content.decode()
    sides = {"left": {}, "right": {}}
    for side, number, words in PIECE.findall(page):
        sides[side][int(number)] = words
    assert sides["left"] == sides["right"]
    assert list(sides["left"]) == [1, 2]
    first, rest = BODY.split("\n", 1)
    # The full stop behind the last common word belongs to nobody: marks are not compared.
    assert sides["left"][1] == first.rstrip("。")
    assert sides["left"][2] == rest.rstrip("。")
    assert not any(OWN[:8] in words for words in sides["left"].values())
    assert OWN in page
    assert 'href="#right-1"' in page
    assert 'href="#left-2"' in page


def test_words_of_a_stranger_stay_words(as_, make_submission, make_article):
    bad = "<script>alert(1)</script>这一句是正文，要照样显示出来，不能当成网页的代码来执行，也不能丢掉。"
    article = make_article("一", html=html_of(bad.replace("<", "&lt;")))
    submission = make_submission(body=bad)
    page = as_("editor").get(beside(submission, article.text)).content.decode()
    body = page.split('class="dup-body">', 1)[1]
    assert "script>alert(1)" not in body
    assert "script&gt;alert(1)" in body  # the bracket before it stands outside the mark


@pytest.mark.parametrize(
    ("person", "status"),
    [("editor", 200), ("managing", 200), ("chief", 200), ("proofreader", 200), ("administrator", 200),
     ("contributor", 302), ("other", 302), ("liaison", 302), ("reader", 302), ("pending", 302)],
)  # fmt: skip
def test_only_the_office_sees_two_texts(as_, sent, archived, person, status):
    assert as_(person).get(beside(sent, archived.text)).status_code == status


def test_what_is_not_there_is_404(as_, sent, make_draft, cast, archived):
    client = as_("editor")
    alone = Text.objects.create()
    alone.save_version(Content(title="没有去处", html=html_of(BODY)), None, "录入")
    for text_id in (alone.pk, sent.text_id, 99999):
        address = reverse("admin:submissions_submission_duplicates", args=[sent.pk, text_id])
        assert client.get(address).status_code == 404
    assert client.get(beside(make_draft(cast.contributor), archived.text)).status_code == 404
    assert client.post(beside(sent, archived.text)).status_code == 405


def test_another_manuscript_is_linked_by_its_receipt(as_, sent, make_submission, cast):
    other = make_submission(contributor=cast.other, title="另一篇", body=BODY, keep_warnings=True)
    page = as_("editor").get(beside(sent, other.text)).content.decode()
    assert f"收稿号 {other.receipt_number}" in page
    assert page_of(other) in page


def queries(client, url):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_as_many_queries_for_five_matches_as_for_one(as_, sent, make_article):
    client = as_("editor")
    queries(client, page_of(sent))
    one = queries(client, page_of(sent))
    for number in range(4):
        duplicates.index_text(make_article(f"第{number}篇", html=html_of(BODY)).text)
    assert queries(client, page_of(sent)) == one


def test_the_same_title_over_another_text_is_told_apart(as_, make_article, make_submission):
    article = make_article("榕树下的“板凳会”", html=html_of(OWN))
    duplicates.index_text(article.text)
    page = as_("editor").get(page_of(make_submission())).content.decode()
    assert "同题异文" in page
    assert "标题一样，正文不同" in page
