"""Taken down, put back, read by others than before: gone at once everywhere, and every step told."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from journal import publishing, search, withdrawing
from journal.models import Article, Issue, Picture
from members.models import Event

pytestmark = pytest.mark.django_db

APPROVAL = {"approved_by": "部务会", "basis": "第4次部务会纪要"}
NOBODY = AnonymousUser()


@pytest.fixture
def issue(make_issue, make_article, make_picture, publish):
    issue = make_issue()
    picture = make_picture()
    make_article("甲", issue=issue, html=f'<p>榕树下议事。</p><figure data-picture="{picture.pk}"></figure>')
    make_article("乙", issue=issue, html="<p>渔港里修船。</p>")
    make_article("转载", issue=issue, html="<p>晒场上收谷。</p>", origin="recommended", source="来源：某报")
    return publish(issue)


def titled(title) -> Article:
    return Article.objects.get(title=title)


def test_an_article_is_gone_at_once_and_comes_back(issue, cast):
    article = withdrawing.withdraw_article(titled("甲"), cast.managing, reason="数字有误，正在核实", listed=True)
    assert (article.withdrawn_reason, article.withdrawn_listed) == ("数字有误，正在核实", True)
    assert search.search("榕树下", search.published()).ids == []
    assert not Picture.objects.visible_to(cast.reader).exists()
    withdrawing.restore_article(article, cast.managing, reason="已核实")
    assert search.search("榕树下", search.published()).ids == [article.pk]
    assert Picture.objects.visible_to(NOBODY).count() == 1
    assert [event.verb for event in Event.objects.about(article)[:2]] == ["恢复文章", "撤下文章"]


def test_parts_go_and_come_with_their_composite(issue, make_article, cast):
    whole = titled("乙")
    for number, gone_before in enumerate((False, True), 1):
        part = make_article(f"之{number}", issue=issue, parent=whole, access="public")
        if gone_before:
            withdrawing.withdraw_article(part, cast.chief, reason="另有原因", listed=False)
    withdrawing.withdraw_article(whole, cast.chief, reason="有误", listed=False)
    with pytest.raises(withdrawing.WithdrawalRefused, match="先恢复组稿"):
        withdrawing.restore_article(titled("之1"), cast.chief, reason="可以")
    withdrawing.restore_article(whole, cast.chief, reason="已改正")
    assert titled("之1").withdrawn_at is None
    assert titled("之2").withdrawn_reason == "另有原因"


def test_a_whole_issue_goes_and_comes_back(issue, cast, client):
    out_since = issue.published_at
    withdrawing.withdraw_issue(issue, cast.chief, reason="全期重新核对")
    assert issue.state == Issue.State.WITHDRAWN
    assert not Article.objects.visible_to(cast.reader).exists()
    answer = client.get(issue.get_absolute_url())
    assert answer.status_code == 410
    assert "全期重新核对" in answer.text
    withdrawing.restore_issue(issue, cast.chief, reason="核对完毕")
    assert (issue.state, issue.published_at, issue.withdrawn_reason) == (Issue.State.PUBLISHED, out_since, "")
    assert Article.objects.visible_to(NOBODY).count() == 2


def test_public_becomes_internal_at_once_and_public_again_with_approval(issue, cast, client):
    with pytest.raises(withdrawing.WithdrawalRefused, match="原因"):
        withdrawing.change_access(issue, cast.managing, access="internal")
    withdrawing.change_access(issue, cast.managing, access="internal", reason="上级要求")
    assert set(Article.objects.values_list("access", flat=True)) == {"internal"}
    assert (issue.access_approved_by, issue.access_basis) == ("", "")
    assert client.get(titled("甲").get_absolute_url()).status_code == 403
    with pytest.raises(PermissionDenied):
        withdrawing.change_access(issue, cast.managing, access="public", **APPROVAL)
    with pytest.raises(publishing.Refused, match="批准人和依据"):
        withdrawing.change_access(issue, cast.chief, access="public")
    withdrawing.change_access(issue, cast.chief, access="public", **APPROVAL)
    # The reprint has no right to be online, whatever the issue's access.
    assert {row.title: row.access for row in Article.objects.all()} == {
        "甲": "public",
        "乙": "public",
        "转载": "internal",
    }
    with pytest.raises(withdrawing.WithdrawalRefused, match="已经是公开"):
        withdrawing.change_access(issue, cast.chief, access="public", **APPROVAL)


def test_a_right_granted_later_opens_the_reprint(issue, cast):
    reprint = titled("转载")
    with pytest.raises(withdrawing.WithdrawalRefused, match="谁授权"):
        withdrawing.grant_online_right(reprint, cast.chief, holder="某报社", basis=" ")
    withdrawing.grant_online_right(reprint, cast.chief, holder="某报社", basis="2026年10月8日授权函")
    assert (reprint.access, reprint.right_holder) == ("public", "某报社")
    assert "授权函" in Event.objects.about(reprint).first().note
    with pytest.raises(withdrawing.WithdrawalRefused, match="本来就有"):
        withdrawing.grant_online_right(reprint, cast.chief, holder="某报社", basis="函")


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201])
def test_a_reason_readers_can_read_is_asked_for(reason, issue, cast):
    with pytest.raises(withdrawing.WithdrawalRefused, match="原因"):
        withdrawing.withdraw_article(titled("甲"), cast.chief, reason=reason, listed=True)
    with pytest.raises(withdrawing.WithdrawalRefused, match="原因"):
        withdrawing.withdraw_issue(issue, cast.chief, reason=reason)


def test_the_same_step_twice_is_refused(issue, cast):
    article = titled("甲")
    withdrawing.withdraw_article(article, cast.chief, reason="有误", listed=False)
    with pytest.raises(withdrawing.WithdrawalRefused, match="已经撤下"):
        withdrawing.withdraw_article(article, cast.managing, reason="有误", listed=False)
    withdrawing.restore_article(article, cast.chief, reason="已改")
    with pytest.raises(withdrawing.WithdrawalRefused, match="没有撤下"):
        withdrawing.restore_article(article, cast.chief, reason="已改")
    with pytest.raises(withdrawing.WithdrawalRefused, match="刚刚变过"):
        withdrawing.restore_issue(issue, cast.chief, reason="已改")
    withdrawing.withdraw_issue(issue, cast.chief, reason="有误")
    with pytest.raises(withdrawing.WithdrawalRefused, match="不是已刊发"):
        withdrawing.withdraw_article(article, cast.chief, reason="有误", listed=False)


@pytest.mark.parametrize("person", ["editor", "proofreader", "administrator", "reader", "contributor"])
def test_others_take_nothing_down(person, issue, cast):
    actor, article = getattr(cast, person), titled("甲")
    for act in (
        lambda: withdrawing.withdraw_article(article, actor, reason="有误", listed=True),
        lambda: withdrawing.restore_article(article, actor, reason="有误"),
        lambda: withdrawing.withdraw_issue(issue, actor, reason="有误"),
        lambda: withdrawing.restore_issue(issue, actor, reason="有误"),
        lambda: withdrawing.change_access(issue, actor, access="internal", reason="有误"),
        lambda: withdrawing.grant_online_right(titled("转载"), actor, holder="甲", basis="乙"),
    ):
        with pytest.raises(PermissionDenied):
            act()
