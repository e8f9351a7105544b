"""One-click fixes for editors: in an accepted text only, always a version, taken back by a version."""

from dataclasses import replace

import pytest
from django.urls import reverse

from journal.text.blocks import from_plain
from members.models import Event
from submissions.admin.fixing import replaced
from tests.conftest import body_of

pytestmark = pytest.mark.django_db

BODY = f"村里的“板凳会”每月开。“板凳会开在初八,谁都能来。\n{body_of(90)}"


@pytest.fixture
def as_(client, cast):
    def sign_in(person):
        client.force_login(getattr(cast, person))
        return client

    return sign_in


@pytest.fixture
def accepted(make_submission):
    """Accepted with faults in it: they came in with an editor's version."""
    submission = make_submission("accepted")
    html = from_plain(BODY).replace("板凳会开", "板凳<strong>会开</strong>")
    content = replace(submission.text.current.content, html=html, title="会开到树下,事办到门前")
    submission.text.save_version(content, None, "编辑修改")
    submission.article.take_over(content)
    submission.article.save()
    return submission


def page_of(submission):
    return reverse("admin:submissions_submission_change", args=[submission.pk])


def findings(client, submission):
    return client.get(page_of(submission)).context["findings"]


def post(client, submission, finding, **fields):
    submission.text.refresh_from_db()
    data = {"key": finding["key"], "started_from": submission.text.current_id, "is_proof": "1"}
    data |= {"replacement": finding["offers"][0]["value"] if finding["offers"] else "别的话"} | fields
    answer = client.post(reverse("admin:submissions_submission_fix", args=[submission.pk]), data, follow=True)
    submission.text.refresh_from_db()
    submission.article.refresh_from_db()
    return answer


def test_a_fix_is_a_version_and_is_taken_back_by_another(as_, accepted, cast):
    client = as_("editor")
    before = accepted.text.current
    found = {one["code"] + (one["field"] or ""): one for one in findings(client, accepted)}
    assert set(found) == {"mark.unpaired", "mark.half_width", "mark.half_widthtitle"}
    page = post(client, accepted, found["mark.unpaired"])
    current = accepted.text.current
    assert "“板凳<strong>会”开</strong>在初八" in current.html
    assert (current.number, current.author, current.substantive) == (before.number + 1, cast.editor, False)
    assert current.reason.startswith("按检查意见改：")
    assert "校样改动" in Event.objects.about(accepted.article).first().note
    assert f"恢复第 {before.number} 版" in page.content.decode()
    client.post(reverse("admin:submissions_submission_take_back", args=[accepted.pk]), {"started_from": current.pk})
    accepted.text.refresh_from_db()
    assert accepted.text.current.digest == before.digest
    assert accepted.text.current.number == before.number + 2
    assert accepted.text.current.substantive is False


def test_the_article_s_page_leads_there(as_, accepted):
    address = reverse("admin:journal_article_change", args=[accepted.article.pk])
    assert f"{page_of(accepted)}#findings" in as_("editor").get(address).content.decode()


def test_a_title_is_mended_in_the_text_and_in_the_lists(as_, accepted):
    client = as_("managing")
    finding = next(one for one in findings(client, accepted) if one["field"] == "title")
    post(client, accepted, finding, is_proof="0", note="标题用全角")
    assert accepted.article.title == accepted.text.current.title == "会开到树下，事办到门前"
    assert (accepted.text.current.substantive, accepted.text.current.reason) == (True, "按检查意见改：标题用全角")


@pytest.mark.parametrize("fields", [{"replacement": "别的话"}, {"key": "mark.unpaired:9:9:x"}, {"started_from": 1}])
def test_what_was_not_proposed_or_stands_elsewhere_by_now_is_not_made(fields, as_, accepted):
    client = as_("editor")
    before = accepted.text.current_id
    finding = findings(client, accepted)[0]
    assert "没有动" in post(client, accepted, finding, **fields).content.decode()
    assert accepted.text.current_id == before


def test_proof_correction_or_not_is_asked(as_, accepted):
    client = as_("editor")
    before = accepted.text.current_id
    assert "校样改动还是实质改动" in post(client, accepted, findings(client, accepted)[0], is_proof="").content.decode()
    assert accepted.text.current_id == before


@pytest.mark.parametrize(
    ("person", "status"),
    [("editor", 302), ("managing", 302), ("proofreader", 403), ("contributor", 302), ("other", 302), ("reader", 302)],
)
def test_who_may_not_edit_articles_changes_nothing(person, status, as_, accepted, cast):
    finding = findings(as_("editor"), accepted)[0]
    before = accepted.text.current_id
    data = {"key": finding["key"], "started_from": before, "is_proof": "1"}
    data["replacement"] = finding["offers"][0]["value"]
    client = as_(person)
    for name in ("fix", "take_back"):
        address = reverse(f"admin:submissions_submission_{name}", args=[accepted.pk])
        answer = client.post(address, data)
        assert answer.status_code == status
        assert client.get(address).status_code in (405, 302)
    accepted.text.refresh_from_db()
    assert (accepted.text.current_id == before) is (person not in ("editor", "managing"))


def test_before_acceptance_findings_are_for_the_opinion_only(as_, make_submission):
    submission = make_submission(body=BODY.replace("会开在", "会”开在"), keep_warnings=True)
    client = as_("editor")
    page = client.get(page_of(submission)).content.decode()
    assert "中文句子里要用全角标点" in page
    assert "半角标点挨着汉字" in page
    assert "r-fix" not in page
    data = {"key": "x", "started_from": submission.text.current_id, "is_proof": "1"}
    assert client.post(reverse("admin:submissions_submission_fix", args=[submission.pk]), data).status_code == 403


def test_a_closed_issue_is_not_changed(as_, accepted, make_issue):
    issue = make_issue()
    type(issue).objects.filter(pk=issue.pk).update(state="closed")
    type(accepted.article).objects.filter(pk=accepted.article.pk).update(issue=issue)
    client = as_("editor")
    assert [one["offers"] for one in findings(client, accepted)] == [[], [], []]


def test_the_reason_given_for_a_private_number_is_shown_beside_it(as_, make_submission):
    submission = make_submission(body=f"报名打13800138000。\n{body_of(91)}", keep_warnings=True)
    page = as_("editor").get(page_of(submission)).content.decode()
    assert "作者：已核对。" in page
    assert "“138****8000”" not in page or "13800138000" not in page.split("data-findings")[1]


def test_a_stretch_across_tags_and_entities_is_replaced():
    html = "<p>A&amp;B<strong>会开</strong>了<br>又开</p>"
    assert replaced(html, "A&B会开了\n又开", 2, 5, "x<") == "<p>A&amp;x&lt;<strong></strong>了<br>又开</p>"
    assert replaced("<p>开<em>“会</em></p>", "开“会", 3, 3, "”") == "<p>开<em>“会”</em></p>"
