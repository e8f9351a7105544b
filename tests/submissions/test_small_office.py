"""小编辑部: one person for two stages, and reviews signed on paper; both with a reason, both logged, both off by default."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from journal.models import Approval, Journal, SignedSheet
from journal.signed import store_sheet
from members.models import Event
from members.roles import Role
from submissions import workflow
from submissions.admin.decisions import seen_mark
from submissions.grounds import Grounds
from submissions.models import Submission
from submissions.paper import Paper
from submissions.states import Stage, State
from tests.journal.test_signed import PDF

pytestmark = pytest.mark.django_db


@pytest.fixture
def small(cast):
    Journal.objects.update(small_office=True)


@pytest.fixture
def sheet(cast):
    return store_sheet(SimpleUploadedFile("审签单.pdf", PDF), "审签单.pdf", cast.editor)


def page_of(submission):
    return reverse("admin:submissions_submission_change", args=[submission.pk])


def paper(sheet, signer="王主任", **facts):
    return Paper(
        **({"signer": signer, "signed_on": timezone.localdate(), "sheet": sheet, "reason": "在清样上签字"} | facts)
    )


def test_two_stages_want_a_reason(small, make_submission, cast):
    cast.editor.set_roles([Role.EDITOR, Role.MANAGING_EDITOR])
    submission = make_submission("second")
    with pytest.raises(workflow.Refused, match="一人多岗，请写明原因"):
        workflow.pass_review(submission, cast.editor, opinion="同意。")
    workflow.pass_review(submission, cast.editor, opinion="同意。", by=Grounds(second_stage="主任空缺"))
    assert submission.stage == Stage.FINAL
    assert Approval.objects.get(kind="second").reason == "主任空缺"
    assert Event.objects.about(submission).get(verb="一人多岗").note == "复审。主任空缺"


def test_a_reason_nobody_asked_for_is_not_kept(small, make_submission, cast):
    submission = make_submission("submitted")
    workflow.pass_review(submission, cast.editor, opinion="可用。", by=Grounds(second_stage="随便写写"))
    assert Approval.objects.get(kind="first").reason == ""
    assert not Event.objects.filter(verb="一人多岗").exists()


@pytest.mark.parametrize("act", [workflow.pass_review, workflow.return_for_changes, workflow.reject])
def test_off_by_default_whatever_the_decision(act, make_submission, cast):
    cast.editor.set_roles([Role.EDITOR, Role.MANAGING_EDITOR])
    submission = make_submission("second")
    with pytest.raises(workflow.Refused, match=r"三审不能由同一个人做.*小编辑部"):
        act(submission, cast.editor, opinion="看过。", by=Grounds(second_stage="主任空缺"))


def test_an_own_manuscript_never(small, make_submission, cast):
    cast.editor.set_roles([Role.EDITOR, Role.CONTRIBUTOR])
    submission = make_submission("submitted", contributor=cast.editor)
    with pytest.raises(PermissionDenied):
        workflow.pass_review(submission, cast.editor, opinion="好。", by=Grounds(second_stage="人手不够"))


def test_paper_is_off_by_default(make_submission, sheet, cast):
    with pytest.raises(workflow.Refused, match="先在“刊物信息”里勾选“小编辑部”"):
        workflow.pass_review(make_submission("second"), cast.editor, opinion="同意。", by=Grounds(paper=paper(sheet)))


def test_who_signed_holds_the_stage(small, make_submission, sheet, cast):
    submission = make_submission("second")
    by = Grounds(paper=paper(sheet, "沈知行"))
    workflow.pass_review(submission, cast.editor, opinion="同意。", by=by)
    row = Approval.objects.get(kind="second")
    assert (row.person, row.recorded_by, row.signer, row.scan) == (cast.managing, cast.editor, "沈知行", sheet)
    assert "沈知行" in Event.objects.about(submission).get(verb="补录纸质审稿").note
    # The recorder only wrote it down; the signer is the one who may not review again.
    Journal.objects.update(small_office=False)
    cast.managing.set_roles([Role.CHIEF_EDITOR])
    with pytest.raises(workflow.Refused, match="您已经做过这篇稿件的复审"):
        workflow.pass_review(submission, cast.managing, opinion="同意。")


def test_a_signer_without_an_account_is_known_by_name(small, make_submission, make_user, sheet, cast):
    submission = make_submission("second")
    workflow.pass_review(submission, cast.editor, opinion="同意。", by=Grounds(paper=paper(sheet)))
    row = Approval.objects.get(kind="second")
    assert (row.person, row.recorded_by) == (cast.editor, cast.editor)
    assert not Approval.objects.filter(kind="second").held_by(cast.editor).exists()
    Journal.objects.update(small_office=False)
    came_later = make_user("王主任", Role.CHIEF_EDITOR)
    with pytest.raises(workflow.Refused, match="您已经做过这篇稿件的复审"):
        workflow.pass_review(submission, came_later, opinion="同意。")


def test_paper_by_who_holds_another_stage_says_so(small, make_submission, sheet, cast):
    submission = make_submission("second")
    workflow.pass_review(submission, cast.chief, opinion="同意。", by=Grounds(paper=paper(sheet, "周予安")))
    assert Approval.objects.get(kind="second").reason == "一人多岗（初审也是周予安）：在清样上签字"


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"signer": " "}, "请写明签字人"),
        ({"signer": "林晓舟"}, "自己的稿件不能自己审"),
        ({"reason": " "}, "请写明为什么补录"),
        ({"signed_on": timezone.localdate() + timedelta(days=1)}, "签字日期还没有到"),
        ({"signed_on": timezone.localdate() - timedelta(days=9)}, "签字日期早于收稿日期"),
    ],
)
def test_what_a_sheet_must_say(facts, reason, small, make_submission, sheet, cast):
    with pytest.raises(workflow.Refused, match=reason):
        workflow.pass_review(
            make_submission("second"), cast.editor, opinion="同意。", by=Grounds(paper=paper(sheet, **facts))
        )


@pytest.mark.parametrize("person", ["contributor", "proofreader", "administrator", "reader"])
def test_only_reviewers_record(person, small, make_submission, sheet, cast):
    with pytest.raises(PermissionDenied):
        workflow.pass_review(
            make_submission("second"), getattr(cast, person), opinion="同意。", by=Grounds(paper=paper(sheet))
        )


def form_of(submission, **fields):
    return {
        "seen": seen_mark(submission),
        "decision": "pass",
        "opinion": "同意。",
        "signer": "沈知行",
        "signed_on": timezone.localdate().isoformat(),
        "paper_reason": "在清样上签字",
        "scan": SimpleUploadedFile("审签单.pdf", PDF),
    } | fields


def test_the_page_records_a_sheet(small, client, make_submission, cast):
    submission = make_submission("second")
    client.force_login(cast.editor)
    page = client.get(page_of(submission)).content.decode()
    assert "补录纸上签过的复审" in page
    answer = client.post(page_of(submission), form_of(submission), follow=True).content.decode()
    assert "已通过，现在待终审" in answer
    assert "纸上签字，周予安补录" in answer
    assert reverse("sheet", args=[SignedSheet.objects.get().pk]) in answer


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"scan": ""}, "补录要填“签字件扫描”"),
        ({"signer": ""}, "补录要填“签字人”"),
        ({"signed_on": "昨天"}, "签字日期不是日期"),
        ({"paper_reason": ""}, "补录要填“为什么补录”"),
        ({"scan": SimpleUploadedFile("x.pdf", b"")}, "空文件"),
        ({"scan": SimpleUploadedFile("x.pdf", b"MZ\x90\x00 not a scan at all")}, "不是 PDF、JPG 或 PNG"),
        ({"signer": "林晓舟"}, "自己的稿件不能自己审"),
    ],
)
def test_the_page_says_what_is_missing_and_keeps_the_words(fields, told, small, client, make_submission, cast):
    submission = make_submission("second")
    client.force_login(cast.editor)
    page = client.post(page_of(submission), form_of(submission, opinion="写了很久的意见") | fields).content.decode()
    assert told in page
    assert "写了很久的意见" in page
    assert not SignedSheet.objects.exists()
    assert Submission.objects.get(pk=submission.pk).stage == Stage.SECOND


def test_without_the_profile_the_page_offers_none_of_it(client, make_submission, cast):
    submission = make_submission("second")
    client.force_login(cast.editor)
    assert "data-refusal" in client.get(page_of(submission)).content.decode()
    client.force_login(cast.managing)
    assert "补录" not in client.get(page_of(submission)).content.decode().split("data-decision", 1)[1]
    answer = client.post(page_of(submission), form_of(submission)).content.decode()
    assert "先在“刊物信息”里勾选“小编辑部”" in answer
    assert Submission.objects.get(pk=submission.pk).state == State.IN_REVIEW
