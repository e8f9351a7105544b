"""A composite from its text to its parts: taken apart at acceptance, placed together, read together; all made up."""

import pytest
from django.urls import reverse

from journal import assembly, duplicates
from journal.models import Article, Author, Byline, Content, IndexedText, Text
from journal.text.blocks import from_plain, plain_text
from members.models import Event
from submissions.admin.decisions import seen_mark
from submissions.manuscript import manuscript_of

pytestmark = pytest.mark.django_db

LEAD = "昨天下午，全区基层治理推进会在榕树下召开，三个单位作了发言，现摘登如下。"
FIRST = "我们把议事桌搬到榕树下，每月两次，群众先说，干部后答，定下来的事贴在祠堂外墙上，办完一件划掉一件，到年底四十六件事划掉了四十三件，剩下的三件也没有丢开。"
SECOND = "渔港的路灯是大家凑钱修的，谁家门口的灯坏了，谁家先去看一看，修灯的师傅住在港口边上，随叫随到，分文不取，三年里没有一盏灯黑过两个晚上。"
THIRD = "一、先说难处\n流动摊点没有地方停，我们就在巷口划了十二个车位，早上卖菜，晚上停车，谁来得早谁先用，没有人争。"
BODY = f"""{LEAD}

## 榕树下议事 巷子里办事
榕岭镇党委书记 林晓舟
{FIRST}

## 点亮一盏灯 温暖一座港
——渔港社区的七年
望海区民政局
{SECOND}

## 一个车位两样用
临港街道办事处主任 何为、周予安
{THIRD}

（本版文字整理/白露）"""


@pytest.fixture
def composite(make_submission):
    def make(state="accepted", body=BODY, **fields):
        return make_submission(state, body=body, title="把桌子搬到群众中去", is_composite=True, **fields)

    return make


def test_acceptance_makes_an_article_of_each_part(composite, cast):
    parent = composite(byline="编辑部整理").article
    parts = list(parent.parts.order_by("position"))
    assert [part.title for part in parts] == ["榕树下议事 巷子里办事", "点亮一盏灯 温暖一座港", "一个车位两样用"]
    assert [part.subtitle for part in parts] == ["", "渔港社区的七年", ""]
    assert [[(line.kind, line.affiliation, line.name) for line in part.bylines.all()] for part in parts] == [
        [("person", "榕岭镇党委书记", "林晓舟")],
        [("unit", "", "望海区民政局")],
        [("person", "临港街道办事处主任", "何为"), ("person", "临港街道办事处主任", "周予安")],
    ]
    assert [plain_text(part.text.current.html) for part in parts] == [FIRST, SECOND, THIRD]
    assert plain_text(parent.text.current.html) == LEAD
    assert parent.credits == "本版文字整理/白露"
    assert [line.name for line in parent.bylines.all()] == ["编辑部整理"]
    assert {(part.section_id, part.issue_id, part.text.versions.count()) for part in parts} == {
        (parent.section_id, None, 1)
    }
    assert Author.objects.filter(name="何为").count() == 1
    event = Event.objects.about(parent).get(verb=assembly.SPLIT)
    assert (event.actor, event.note) == (cast.chief, "；".join(part.title for part in parts))


def test_the_reviews_stand_on_the_whole_text(composite):
    submission = composite()
    text = submission.text
    whole = assembly.whole_version(text)
    assert {approval.version for approval in whole.approvals.all()} == {whole}
    assert whole.approvals.count() == 4  # three reviews and 保密审查
    assert whole.number == 1
    assert text.current.number == 2
    assert not text.current.substantive
    assert FIRST in plain_text(whole.html)


def test_people_still_see_what_was_handed_in(composite, client, cast):
    submission = composite()
    for person, page in (
        (cast.contributor, reverse("submission", args=[submission.pk])),
        (cast.editor, reverse("admin:submissions_submission_change", args=[submission.pk])),
    ):
        client.force_login(person)
        assert FIRST in client.get(page).content.decode()


def test_every_part_is_in_the_index_of_duplicates_and_the_whole_no_more(composite):
    submission = composite()
    assert IndexedText.objects.count() == 4
    found = duplicates.query(Content(title="另一个题目", html=from_plain(f"{FIRST}\n{SECOND}")))
    assert {match.text.article.parent_id for match in found} == {submission.article.pk}
    assert len(found) == 2


def test_parts_go_where_the_composite_goes(composite, make_issue, cast):
    parent, issue = composite().article, make_issue()
    assert list(Article.objects.unplaced()) == [parent]
    assembly.place(parent, issue, cast.editor)
    assert set(parent.parts.values_list("issue", flat=True)) == {issue.pk}
    with pytest.raises(assembly.AssemblyRefused, match="组稿"):
        assembly.place(parent.parts.first(), issue, cast.editor)
    assembly.remove(parent, cast.editor)
    assert set(parent.parts.values_list("issue", flat=True)) == {None}


def test_readers_see_heading_lead_and_parts(composite, make_issue, cast, publish, client):
    parent, issue = composite().article, make_issue()
    assembly.place(parent, issue, cast.editor)
    publish(issue)
    page = client.get(parent.get_absolute_url()).content.decode()
    places = [page.index(words) for words in (LEAD, FIRST, SECOND, "流动摊点")]
    assert places == sorted(places)
    assert page.count(FIRST) == 1
    assert "榕岭镇党委书记" in page


def test_without_a_signature_of_its_own_the_parts_sign(composite, make_draft, cast):
    draft = make_draft(cast.contributor, body=BODY, byline="", is_composite=True)
    assert [line["name"] for line in manuscript_of(draft).content.bylines] == [
        "林晓舟",
        "望海区民政局",
        "何为",
        "周予安",
    ]
    assert list(composite(byline="").article.bylines.all()) == []
    assert Byline.objects.count() == 4


@pytest.mark.parametrize(
    "body",
    [
        f"{LEAD}\n## 榕树下议事\n林晓舟\n{FIRST}",
        f"## 榕树下议事\n{FIRST}\n## 只剩标题没有正文",
        f"{LEAD}\n{FIRST}\n{SECOND}",
        f"## {'长' * 201}\n{FIRST}\n## 点亮一盏灯\n{SECOND}",
    ],
)
def test_parts_that_cannot_be_told_apart_stay_one_article_and_it_is_told(composite, body, client, cast):
    submission = composite("final", body=body)
    client.force_login(cast.chief)
    page = reverse("admin:submissions_submission_change", args=[submission.pk])
    form = {"seen": seen_mark(submission), "decision": "pass", "opinion": "可用。"}
    assert "已找不到各篇的标题" in client.post(page, form, follow=True).content.decode()
    submission.refresh_from_db()
    assert submission.article.parts.count() == 0
    assert plain_text(submission.article.text.current.html) == plain_text(from_plain(body))
    assert Event.objects.about(submission).filter(verb="组合稿没有拆开").exists()


def test_an_ordinary_manuscript_with_headings_is_never_taken_apart(make_submission):
    article = make_submission("accepted", body=BODY).article
    assert article.parts.count() == 0
    assert FIRST in plain_text(article.text.current.html)


def test_what_is_apart_or_closed_is_not_taken_apart_again(composite, make_article, make_issue, cast):
    parent = composite().article
    for article in (parent, parent.parts.first()):
        with pytest.raises(assembly.AssemblyRefused, match="不能再拆"):
            assembly.split(article, cast.editor)
    closed = make_article("聚焦", html=from_plain(BODY), issue=make_issue(state="closed"))
    with pytest.raises(assembly.IssueClosed):
        assembly.split(closed, cast.editor)
    assert Text.objects.count() == 5
