"""The editorial board by strokes: told, sorted on request, never by itself (RULES.md section 8)."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from journal import board_order
from journal.models import BoardMember, Issue
from members.models import Event

pytestmark = pytest.mark.django_db

PRINTED = ("吴亦", "李乙", "丁一", "王二")


@pytest.fixture
def issue(make_issue):
    issue = make_issue()
    BoardMember.objects.create(issue=issue, role="主任", name="潘一", position=1)
    for position, name in enumerate(PRINTED, 2):
        BoardMember.objects.create(issue=issue, role="委员", name=name, position=position)
    BoardMember.objects.create(issue=issue, role="主编", name="丁二", position=9)
    return issue


def names(issue):
    return list(issue.board.order_by("position", "pk").values_list("name", flat=True))


def sort_url(issue):
    return reverse("admin:journal_issue_sort_board", args=[issue.pk])


def test_the_difference_is_told_and_changes_nothing(issue):
    (order,) = board_order.differences(issue.board.all())
    assert order.role == "委员"
    assert order.by_strokes == ("丁一", "王二", "李乙", "吴亦")
    assert order.misplaced == (("吴亦", "李乙"), ("李乙", "丁一"))
    assert names(issue) == ["潘一", *PRINTED, "丁二"]


def test_one_click_sorts_the_role_alone_and_is_told(issue, cast):
    assert board_order.sort(issue, "委员", cast.editor) == 4
    assert names(issue) == ["潘一", "丁一", "王二", "李乙", "吴亦", "丁二"]
    assert board_order.differences(issue.board.all()) == []
    event = Event.objects.about(issue).get()
    assert event.data["before"] == list(PRINTED)
    assert board_order.sort(issue, "委员", cast.editor) == 0
    assert Event.objects.about(issue).count() == 1


def test_names_without_places_of_their_own_are_sorted_too(issue, cast):
    issue.board.filter(role="委员").update(position=5)
    board_order.sort(issue, "委员", cast.editor)
    assert names(issue)[1:5] == ["丁一", "王二", "李乙", "吴亦"]


@pytest.mark.parametrize("person", ["contributor", "proofreader", "administrator"])
def test_only_reviewers_sort(person, issue, cast):
    with pytest.raises(PermissionDenied):
        board_order.sort(issue, "委员", getattr(cast, person))


def test_a_closed_issue_keeps_its_board(issue, cast, client):
    Issue.objects.filter(pk=issue.pk).update(state="closed")
    client.force_login(cast.editor)
    page = client.post(sort_url(issue), {"role": "委员"}, follow=True).content.decode()
    assert "编委会不能再改" in page
    assert names(issue)[1:5] == list(PRINTED)


def test_the_page_of_the_issue_offers_it(issue, cast, client):
    client.force_login(cast.editor)
    change = reverse("admin:journal_issue_change", args=[issue.pk])
    assert "李乙应在吴亦前面" in client.get(change).content.decode()
    page = client.post(sort_url(issue), {"role": "委员"}, follow=True).content.decode()
    assert "已按姓氏笔画排好，4 人换了位置" in page
    assert "data-board-order" not in page


def test_a_role_that_is_gone_is_told(issue, cast, client):
    client.force_login(cast.editor)
    page = client.post(sort_url(issue), {"role": "顾问"}, follow=True).content.decode()
    assert "已经没有“顾问”" in page


def test_outsiders_unknown_issues_and_looking(issue, cast, client):
    client.force_login(cast.contributor)
    assert client.post(sort_url(issue), {"role": "委员"}).status_code == 302
    client.force_login(cast.proofreader)
    assert client.post(sort_url(issue), {"role": "委员"}).status_code == 403
    client.force_login(cast.editor)
    assert client.get(sort_url(issue)).status_code == 405
    assert client.post(reverse("admin:journal_issue_sort_board", args=[99999]), {"role": "委员"}).status_code == 404
    assert names(issue)[1:5] == list(PRINTED)
