"""The review page: who sees what, decisions through the workflow, nothing typed is lost."""

import pytest
from django.urls import reverse

from journal.models import Approval, Journal
from submissions import workflow
from submissions.admin.decisions import seen_mark
from submissions.models import Letter, ReturnPoint, Submission
from submissions.states import Stage, State
from tests.conftest import ALL_DECLARED

pytestmark = pytest.mark.django_db


def page_of(submission):
    return reverse("admin:submissions_submission_change", args=[submission.pk])


def form_of(submission, decision, **fields):
    return {"seen": seen_mark(submission), "decision": decision, "opinion": "例子实，可用。"} | fields


@pytest.fixture
def submitted(make_submission):
    return make_submission("submitted")


@pytest.fixture
def as_(client, cast):
    def sign_in(person):
        client.force_login(getattr(cast, person))
        return client

    return sign_in


def test_the_page_shows_the_text_and_whose_turn_it_is(as_, submitted):
    page = as_("editor").get(page_of(submitted)).content.decode()
    assert "每月两次，群众先说" in page
    assert "我的初审决定" in page
    assert "通过，转复审" in page
    assert "○ 终审" in page


def test_who_may_not_decide_is_told_why(as_, submitted):
    page = as_("managing").get(page_of(submitted)).content.decode()
    assert "现在等编辑做初审" in page
    assert "data-decision" not in page


def test_pass_goes_on_to_the_next_stage(as_, submitted):
    answer = as_("editor").post(page_of(submitted), form_of(submitted, "pass"), follow=True)
    submitted.refresh_from_db()
    assert submitted.stage == Stage.SECOND
    assert "已通过，现在待复审" in answer.content.decode()


def test_return_with_a_letter_of_ones_own(as_, submitted):
    fields = form_of(submitted, "return", due_on="2099-12-05", letter="请在下周前改好。", letter_edited="1")
    as_("editor").post(page_of(submitted), fields)
    submitted.refresh_from_db()
    assert (submitted.state, str(submitted.due_on)) == (State.RETURNED, "2099-12-05")
    assert submitted.letters.get(kind=Letter.Kind.RETURN).body == "请在下周前改好。"


def test_a_letter_not_touched_is_composed_anew(as_, submitted):
    fields = form_of(submitted, "return", opinion="请补一个例子。", letter="旧的", letter_edited="")
    as_("editor").post(page_of(submitted), fields)
    body = submitted.letters.get(kind=Letter.Kind.RETURN).body
    assert "请补一个例子。" in body
    assert "旧的" not in body


def test_reject_keeps_its_reason(as_, submitted):
    as_("editor").post(page_of(submitted), form_of(submitted, "reject", opinion="题材用过。"))
    submitted.refresh_from_db()
    assert submitted.state == State.REJECTED
    assert Approval.objects.get(decision="rejected").opinion == "题材用过。"


def test_final_pass_accepts(as_, make_submission):
    submission = make_submission("final")
    as_("chief").post(page_of(submission), form_of(submission, "pass"))
    submission.refresh_from_db()
    assert submission.state == State.ACCEPTED
    assert submission.letters.filter(kind=Letter.Kind.ACCEPT).exists()


@pytest.mark.parametrize("decision", ["pass", "return", "reject"])
def test_an_opinion_is_asked_for(decision, as_, submitted):
    answer = as_("editor").post(page_of(submitted), form_of(submitted, decision, opinion="  "))
    assert answer.status_code == 200
    assert "请写下" in answer.content.decode()
    submitted.refresh_from_db()
    assert submitted.state == State.SUBMITTED


def test_a_decision_is_asked_for(as_, submitted):
    fields = form_of(submitted, "pass")
    del fields["decision"]
    page = as_("editor").post(page_of(submitted), fields).content.decode()
    assert "请先选一个决定" in page
    assert "例子实，可用。" in page


def test_a_date_that_is_past_is_refused(as_, submitted):
    page = as_("editor").post(page_of(submitted), form_of(submitted, "return", due_on="2020-01-01")).content.decode()
    assert "交回期限已经过去了" in page


def test_a_colleague_was_faster_and_the_words_stay(as_, submitted, cast):
    fields = form_of(submitted, "return", opinion="写了很久的意见")
    workflow.pass_review(submitted, cast.second_editor, opinion="可用。")
    page = as_("editor").post(page_of(submitted), fields).content.decode()
    assert "已被他人处理" in page
    assert "顾南乔" in page
    assert "写了很久的意见" in page
    submitted.refresh_from_db()
    assert submitted.stage == Stage.SECOND


def test_a_return_that_came_back_is_another_page(as_, submitted, cast):
    """The state is the same again, the version is not: what was read is not what stands there now."""
    old = form_of(submitted, "pass")
    workflow.return_for_changes(submitted, cast.second_editor, opinion="请补例子。")
    submitted.body += "\n补了一个例子。"
    submitted.save()
    workflow.resubmit(submitted, cast.contributor)
    page = as_("editor").post(page_of(submitted), old).content.decode()
    assert "已被他人处理" in page
    assert f'value="{seen_mark(Submission.objects.get(pk=submitted.pk))}"' in page
    assert not Approval.objects.passed().exists()


def test_second_review_by_the_same_person_is_explained(as_, make_submission, cast):
    cast.editor.set_roles(["editor", "managing_editor"])
    submission = make_submission("second")
    page = as_("editor").get(page_of(submission)).content.decode()
    assert "三审不能由同一个人做" in page


def test_an_own_manuscript_is_explained(as_, make_submission, cast):
    cast.editor.set_roles(["editor", "contributor"])
    submission = make_submission("submitted", contributor=cast.editor)
    client = as_("editor")
    assert "这是您自己的稿件" in client.get(page_of(submission)).content.decode()
    client.post(page_of(submission), form_of(submission, "pass"))
    submission.refresh_from_db()
    assert submission.state == State.SUBMITTED


@pytest.mark.parametrize("person", ["managing", "chief", "proofreader", "administrator"])
def test_wrong_roles_change_nothing(person, as_, submitted):
    as_(person).post(page_of(submitted), form_of(submitted, "pass"))
    submitted.refresh_from_db()
    assert (submitted.state, submitted.stage) == (State.SUBMITTED, Stage.FIRST)


@pytest.mark.parametrize("person", ["contributor", "other", "reader", "liaison", "pending"])
def test_outsiders_do_not_reach_it(person, as_, submitted):
    answer = as_(person).post(page_of(submitted), form_of(submitted, "pass"))
    assert answer.status_code == 302
    submitted.refresh_from_db()
    assert submitted.state == State.SUBMITTED


def test_anonymous_is_sent_to_sign_in(client, submitted):
    assert client.post(page_of(submitted), form_of(submitted, "pass")).status_code == 302


def test_other_methods_are_refused(as_, submitted):
    client = as_("editor")
    assert client.put(page_of(submitted)).status_code == 405
    assert client.delete(page_of(submitted)).status_code == 405


def test_drafts_and_unknown_ids_are_not_there(as_, make_submission, submitted):
    client = as_("chief")
    draft = make_submission("draft", title="还没写完")
    assert client.get(page_of(draft)).status_code == 404
    assert client.get("/admin/submissions/submission/7b1f0d52-0000-4000-8000-000000000000/change/").status_code == 404
    assert client.get("/admin/submissions/submission/1/change/").status_code == 404
    listed = client.get(reverse("admin:submissions_submission_changelist")).content.decode()
    assert "还没写完" not in listed


def test_a_withdrawn_draft_stays_private(as_, make_submission, cast):
    withdrawn = make_submission("withdrawn", title="没投出去的")
    client = as_("chief")
    assert client.get(page_of(withdrawn)).status_code == 404
    for page in ("submissions_submission_changelist", "members_event_changelist", "index"):
        assert "没投出去的" not in client.get(reverse(f"admin:{page}")).content.decode()


def test_what_a_writer_is_typing_is_not_shown(as_, make_submission):
    returned = make_submission("returned")
    returned.title = "改到一半的标题"
    returned.body = "改到一半"
    returned.save()
    client = as_("editor")
    for page in (page_of(returned), reverse("admin:submissions_submission_changelist"), "/admin/?show=returned"):
        assert "改到一半" not in client.get(page).content.decode()


POINTS = {"point_quote": ["每月两次", "", "照片 1"], "point_words": ["次数请核对", "", "请换清楚的"]}


def test_a_return_keeps_its_points_in_order(as_, submitted):
    as_("editor").post(page_of(submitted), form_of(submitted, "return", opinion="题材好。") | POINTS)
    approval = Approval.objects.get(decision="returned")
    assert approval.opinion == "题材好。"
    assert list(approval.points.values_list("position", "quote", "words")) == [
        (1, "每月两次", "次数请核对"),
        (2, "照片 1", "请换清楚的"),
    ]
    body = submitted.letters.get(kind=Letter.Kind.RETURN).body
    assert "题材好。\n1. “每月两次”：次数请核对\n2. “照片 1”：请换清楚的" in body


def test_points_alone_are_enough_for_a_return(as_, submitted):
    as_("editor").post(page_of(submitted), form_of(submitted, "return", opinion="") | POINTS)
    submitted.refresh_from_db()
    assert submitted.state == State.RETURNED


def test_points_beside_another_decision_are_kept_with_its_opinion(as_, submitted):
    as_("editor").post(page_of(submitted), form_of(submitted, "pass", opinion="可用。") | POINTS)
    assert Approval.objects.get().opinion == "可用。\n1. “每月两次”：次数请核对\n2. “照片 1”：请换清楚的"
    assert not ReturnPoint.objects.exists()


@pytest.mark.parametrize(
    ("points", "told"),
    [
        ({"point_quote": ["每月两次"], "point_words": [" "]}, "第 1 处只有引文"),
        ({"point_quote": [""] * 51, "point_words": ["改"] * 51}, "最多列 50 处"),
        ({"point_quote": [""], "point_words": ["改" * 1001]}, "写了 1001 字"),
    ],
)
def test_points_that_cannot_be_kept_are_told(points, told, as_, submitted):
    page = as_("editor").post(page_of(submitted), form_of(submitted, "return") | points).content.decode()
    assert told in page
    submitted.refresh_from_db()
    assert submitted.state == State.SUBMITTED


def test_a_long_passage_is_shortened_visibly(as_, submitted):
    points = {"point_quote": ["党" * 400], "point_words": ["太长"]}
    as_("editor").post(page_of(submitted), form_of(submitted, "return") | points)
    assert ReturnPoint.objects.get().quote == "党" * 299 + "…"


def test_points_are_added_and_removed_without_javascript(as_, submitted):
    client = as_("editor")
    fields = form_of(submitted, "return", opinion="", due_on="2099-12-05") | POINTS
    page = client.post(page_of(submitted), fields | {"add_point": "1"}).content.decode()
    rows = page.split("<template", 1)[0]
    assert rows.count('name="point_words"') == 4
    assert "请写下要改什么" not in page
    assert 'value="2099-12-05"' in page
    rows = client.post(page_of(submitted), fields | {"remove_point": "0"}).content.decode().split("<template", 1)[0]
    assert rows.count('name="point_words"') == 2
    assert "次数请核对" not in rows
    assert "请换清楚的" in rows
    for odd in ("-1", "99", "x", "²"):
        assert client.post(page_of(submitted), fields | {"remove_point": odd}).status_code == 200
    submitted.refresh_from_db()
    assert submitted.state == State.SUBMITTED


def test_the_slower_editor_keeps_points_and_letter(as_, submitted, cast):
    fields = form_of(submitted, "return", opinion="写了很久", letter="自己写的信", letter_edited="1") | POINTS
    workflow.pass_review(submitted, cast.second_editor, opinion="可用。")
    page = as_("editor").post(page_of(submitted), fields).content.decode()
    assert "已被他人处理" in page
    for words in ("写了很久", "1. “每月两次”：次数请核对", "自己写的信"):
        assert words in page
    assert not ReturnPoint.objects.exists()


def test_what_has_not_happened_yet_is_shown(as_, submitted, make_submission, cast):
    client = as_("editor")
    assert ahead(client, submitted) == ["初审", "复审", "保密审查", "终审"]
    assert ahead(client, make_submission("second")) == ["复审", "保密审查", "终审"]
    assert ahead(client, make_submission("final")) == ["终审"]
    assert ahead(client, make_submission("accepted")) == []
    cast.contributor.unit.endorsement_required = True
    cast.contributor.unit.save()
    assert ahead(client, submitted)[0] == "单位审核"


def ahead(client, submission):
    return client.get(page_of(submission)).context["ahead"]


def test_a_decision_is_taken_back_on_the_page(as_, submitted, cast):
    Journal.objects.update(hold_minutes=30)
    client = as_("editor")
    told = client.post(page_of(submitted), form_of(submitted, "return"), follow=True).content.decode()
    assert "发出，在那以前可以撤回" in told
    assert "data-undo" in told
    undo = reverse("admin:submissions_submission_undo", args=[submitted.pk])
    other = as_("second_editor")
    assert "data-undo" not in other.get(page_of(submitted)).content.decode()
    assert "没有撤回：这个决定是周予安作的" in other.post(undo, follow=True).content.decode()
    assert other.get(undo).status_code == 405
    client = as_("editor")
    told = client.post(undo, {"reason": "看错了"}, follow=True).content.decode()
    assert "决定已撤回，现在待初审，没有给作者发通知" in told
    assert "初审退修（已作废）" in told
    submitted.refresh_from_db()
    assert submitted.state == State.SUBMITTED
    assert "没有撤回" in client.post(undo, follow=True).content.decode()


def letter_url(submission):
    return reverse("admin:submissions_submission_letter", args=[submission.pk])


def test_the_letter_follows_the_opinion(as_, submitted):
    answer = as_("editor").post(
        letter_url(submitted), form_of(submitted, "return", opinion="请补例子。", due_on="2099-12-05")
    )
    assert "请补例子。" in answer.json()["letter"]
    assert "12月5日" in answer.json()["letter"]
    assert not submitted.letters.filter(kind=Letter.Kind.RETURN).exists()


def test_passing_on_sends_no_letter(as_, submitted):
    assert as_("editor").post(letter_url(submitted), form_of(submitted, "pass")).json() == {"letter": ""}


def test_the_letter_is_for_who_decides(as_, submitted, client):
    early = as_("managing").post(letter_url(submitted), form_of(submitted, "return")).json()
    assert early == {"letter": "", "refusal": "现在等编辑做初审，您的身份不办这一步。"}
    assert as_("proofreader").post(letter_url(submitted), form_of(submitted, "return")).status_code == 403
    assert as_("editor").get(letter_url(submitted)).status_code == 405
    assert as_("contributor").post(letter_url(submitted), form_of(submitted, "return")).status_code == 302


def test_previous_and_next_walk_the_queue(as_, make_submission):
    one, two, three = (make_submission(title=title) for title in "甲乙丙")
    page = as_("editor").get(page_of(two)).content.decode()
    assert f'{page_of(one)}" rel="prev"' in page
    assert f'{page_of(three)}" rel="next"' in page


def test_photographs_carry_their_verdict_and_originals(as_, make_draft, make_picture, cast):
    draft = make_draft(cast.contributor)
    picture = make_picture(size=(800, 600))
    draft.attachments.create(picture=picture)
    with pytest.raises(workflow.ChecksOpen) as refusal:
        workflow.submit(draft, cast.contributor, declared=ALL_DECLARED)
    for finding in refusal.value.findings:
        draft.acknowledgements.create(
            code=finding.code, quote_hash=finding.quote_hash, reason="没有更大的原图", person=cast.contributor
        )
    workflow.submit(draft, cast.contributor, declared=ALL_DECLARED)
    client = as_("editor")
    page = client.get(page_of(draft)).content.decode()
    assert "! 只够 6.8×5.1 厘米" in page
    assert "作者：没有更大的原图" in page
    original = reverse("admin:journal_picture_original", args=[picture.pk])
    assert original in page
    answer = client.get(original)
    assert b"".join(answer.streaming_content)[:3] == b"\xff\xd8\xff"
    assert answer["Content-Disposition"].startswith("attachment")
