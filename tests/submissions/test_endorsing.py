"""单位审核: what a liaison sees and decides, the signed sheet, 初审 that waits for it, sheets the office records."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from journal.models import Approval, Journal, SignedSheet
from members.models import Unit
from members.roles import Role
from submissions import endorsing, progress, workflow
from submissions.models import Submission
from submissions.refusals import Refused, Stale
from submissions.states import State
from tests.conftest import ALL_DECLARED, keep_with_reason
from tests.journal.test_signed import PDF, picture

NEW_WORDS = "\n又补了一段新的话，写在最后一段。"


@pytest.fixture(autouse=True)
def _nothing_is_held(db):
    Journal.objects.update(hold_minutes=0)


@pytest.fixture
def sent(unit, make_submission):
    """A manuscript of a unit that endorses what its people write."""
    Unit.objects.filter(pk=unit.pk).update(endorsement_required=True)
    return Submission.objects.get(pk=make_submission("submitted").pk)


@pytest.fixture
def as_user(client):
    def as_user(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return as_user


def at(name, submission, *more):
    return reverse(name, args=[submission.pk, *more])


def verdict(submission, data=PDF, **changes):
    """What the liaison's form sends."""
    sheet = {"sheet": SimpleUploadedFile("审签单.pdf", data)} if data else {}
    return {
        "verdict": "endorse",
        "version": submission.text.current_id,
        "signer": "周望山，支部书记",
        "signed_on": f"{timezone.localdate()}",
        "opinion": "",
        **sheet,
    } | changes


def record(submission, actor, **changes):
    said = {
        "version_id": submission.text.current_id,
        "signer": "周望山",
        "signed_on": timezone.localdate(),
        "sheet": None,
        "kept_at": "2026年卷宗",
    }
    return endorsing.endorse(submission, actor, **(said | changes))


def hand_in_again(submission, contributor):
    submission.refresh_from_db()
    submission.body += NEW_WORDS
    submission.save()
    workflow.resubmit(submission, contributor, declared=ALL_DECLARED)


def test_a_liaison_endorses_with_the_signed_sheet_and_first_review_goes_on(as_user, cast, sent):
    with pytest.raises(Refused, match="要经单位审核，现在还没有审签单"):
        workflow.pass_review(sent, cast.editor, opinion="可用。")
    client = as_user(cast.liaison)
    listed = client.get(reverse("endorsements"))
    assert listed.context["waiting"] == [sent]
    assert "单位审核" in client.get(reverse("my_submissions")).content.decode()
    page = client.get(at("endorse", sent)).content.decode()
    assert "大家商量着办事" in page
    answer = client.post(at("endorse", sent), verdict(sent), follow=True)
    assert "已同意报送" in answer.content.decode()
    assert answer.context["waiting"] == []

    approval = endorsing.endorsement_of(sent)
    assert (approval.person, approval.signer, approval.recorded_by) == (cast.liaison, "周望山，支部书记", None)
    assert approval.scan.sha256
    assert approval.version == sent.text.current
    sent.refresh_from_db()
    workflow.pass_review(sent, cast.editor, opinion="可用。")
    assert sent.stage == "second"


def test_contributor_and_office_see_who_endorsed_and_open_the_scan(as_user, cast, sent):
    as_user(cast.liaison).post(at("endorse", sent), verdict(sent))
    approval = endorsing.endorsement_of(sent)
    sheet = at("endorsement_sheet", sent, approval.pk)
    for person, page in ((cast.contributor, "submission"), (cast.editor, "admin:submissions_submission_change")):
        shown = as_user(person).get(at(page, sent)).content.decode()
        assert "周望山，支部书记" in shown
        assert sheet in shown
    for person in (cast.contributor, cast.liaison, cast.editor, cast.chief):
        answer = as_user(person).get(sheet)
        assert b"".join(answer.streaming_content) == PDF
        assert "no-store" in answer["Cache-Control"]
    for person in (cast.other, cast.reader, cast.pending):
        assert as_user(person).get(sheet).status_code == 404
    assert as_user(cast.editor).get(at("endorsement_sheet", sent, approval.pk + 1)).status_code == 404


def test_whose_turn_it_is_is_told_while_the_unit_has_it(as_user, cast, sent):
    page = as_user(cast.contributor).get(at("submission", sent))
    assert page.context["turn"].chip == "单位在审"
    assert [(step.label, step.state) for step in page.context["steps"]][:3] == [
        ("收稿", "done"),
        ("单位审核", "now"),
        ("初审", "ahead"),
    ]
    assert "单位在审" in as_user(cast.contributor).get(reverse("my_submissions")).content.decode()
    record(sent, cast.editor)
    steps = progress.steps(sent)
    assert [(step.label, step.state) for step in steps][:3] == [
        ("收稿", "done"),
        ("单位审核", "done"),
        ("初审", "now"),
    ]


def test_the_unit_gives_it_back_and_asks_again_for_the_new_text(as_user, cast, sent):
    client = as_user(cast.liaison)
    assert (
        "请写下要改什么" in client.post(at("endorse", sent), verdict(sent, None, verdict="give_back")).content.decode()
    )
    data = verdict(sent, None, verdict="give_back", opinion="第二段的人数请核对。", signer="", signed_on="")
    assert "已退回作者修改" in client.post(at("endorse", sent), data, follow=True).content.decode()
    sent.refresh_from_db()
    assert (sent.state, sent.stage, sent.due_on) == (State.RETURNED, "first", None)
    page = as_user(cast.contributor).get(at("submission", sent))
    assert page.context["turn"].headline == "单位审核请您修改"
    assert "第二段的人数请核对。" in page.content.decode()
    assert [step.state for step in page.context["steps"]][:3] == ["done", "asked", "ahead"]
    hand_in_again(sent, cast.contributor)
    assert list(endorsing.awaiting_endorsement(cast.liaison)) == [sent]
    assert endorsing.endorsement_missing(sent)


def test_an_endorsement_stands_on_its_version(cast, sent):
    """Handed in anew before 初审 passed: asked again. Changed afterwards, as a review asked: it stands."""
    record(sent, cast.liaison, sheet=SignedSheet.objects.create(name="a.pdf", size=1, sha256="0" * 64))
    workflow.return_for_changes(sent, cast.editor, opinion="请补一个例子。")
    hand_in_again(sent, cast.contributor)
    with pytest.raises(Refused, match="要经单位审核"):
        workflow.pass_review(sent, cast.editor, opinion="可用。")
    sent.refresh_from_db()
    record(sent, cast.editor)
    workflow.pass_review(sent, cast.editor, opinion="可用。")
    workflow.return_for_changes(sent, cast.managing, opinion="请压缩。")
    hand_in_again(sent, cast.contributor)
    workflow.pass_review(sent, cast.managing, opinion="可用。")
    assert sent.stage == "final"
    assert [step.label for step in progress.steps(sent) if step.state == "done"][:2] == ["收稿", "单位审核"]


def test_a_correction_of_proofs_leaves_the_endorsement(cast, sent):
    approval = record(sent, cast.editor)
    content = replace(sent.text.current.content, title="榕树下的“板凳会”（改）")
    sent.text.save_version(content, cast.editor, "校样改动", substantive=False)
    assert endorsing.endorsement_of(sent) == approval


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"signer": " "}, "还没有写签字领导"),
        ({"signed_on": ""}, "还没有写签字日期"),
        ({"signed_on": "昨天"}, "日期写得不对"),
        ({"signed_on": f"{timezone.localdate() + timedelta(days=2)}"}, "签字日期还没有到"),
        ({"version": "999999"}, "请刷新页面"),
        ({"version": "x"}, "整数"),
        ({"verdict": "approve"}, "approve"),
    ],
)
def test_what_is_refused_keeps_what_was_typed(changes, told, as_user, cast, sent):
    answer = as_user(cast.liaison).post(at("endorse", sent), verdict(sent, opinion="同意。") | changes)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert "同意。" in answer.content.decode()
    assert not Approval.objects.exists()
    assert not SignedSheet.objects.exists()


@pytest.mark.parametrize(
    ("data", "told"),
    [(None, "请上传单位领导签字的审签单"), (b"<html>", "不是 PDF、JPG 或 PNG"), (picture("JPEG")[:900], "打不开")],
    ids=["none", "page", "torn"],
)
def test_a_sheet_must_be_a_scan(data, told, as_user, cast, sent):
    answer = as_user(cast.liaison).post(at("endorse", sent), verdict(sent, data))
    assert (answer.status_code, told in answer.content.decode()) == (422, True)
    assert not Approval.objects.exists()


def test_the_office_records_a_sheet_it_got_on_paper(as_user, cast, sent):
    office = as_user(cast.editor)
    address = at("admin:submissions_message_endorse", sent)
    assert "收到了纸质审签单，补录" in office.get(at("admin:submissions_submission_change", sent)).content.decode()
    refused = office.post(address, verdict(sent, None, opinion="领导已签。"))
    assert refused.status_code == 422
    assert "或者写明纸质审签单存放在哪里" in refused.content.decode()
    assert "领导已签。" in refused.content.decode()
    assert office.post(address, verdict(sent, None, kept_at="2026年第4期卷宗")).url.endswith("#unit")
    approval = endorsing.endorsement_of(sent)
    assert (approval.recorded_by, approval.reason, approval.scan) == (cast.editor, "2026年第4期卷宗", None)
    with pytest.raises(Refused, match="已经由周望山"):
        record(sent, cast.managing)


def test_who_may_endorse(as_user, cast, sent, make_user):
    stranger = make_user("别处的通讯员", Role.LIAISON, unit=cast.other.unit)
    nowhere = make_user("没有单位的通讯员", Role.LIAISON)
    for person, status in (
        (cast.contributor, 403),
        (cast.editor, 403),
        (cast.other, 404),
        (stranger, 404),
        (nowhere, 404),
        (cast.reader, 404),
    ):
        for method in ("get", "post"):
            assert getattr(as_user(person), method)(at("endorse", sent)).status_code == status, (person, method)
    for person in (cast.contributor, stranger, nowhere, cast.proofreader, cast.administrator):
        with pytest.raises(PermissionDenied):
            record(sent, person)
    for person in (cast.contributor, stranger, cast.editor):
        with pytest.raises(PermissionDenied):
            workflow.return_by_unit(sent, person, version_id=sent.text.current_id, opinion="改。")
    assert list(as_user(stranger).get(reverse("endorsements")).context["waiting"]) == []
    assert list(as_user(nowhere).get(reverse("endorsements")).context["waiting"]) == []
    assert as_user(cast.liaison).put(at("endorse", sent)).status_code == 405
    assert (
        as_user(cast.liaison).get(reverse("endorse", args=["7b1b6f0e-0000-4000-8000-000000000000"])).status_code == 404
    )


def test_a_liaison_reads_no_drafts_and_nothing_where_the_unit_does_not_endorse(as_user, cast, make_submission):
    draft, other = make_submission("draft"), make_submission("submitted")
    client = as_user(cast.liaison)
    assert client.get(at("endorse", draft)).status_code == 404
    assert client.get(at("endorse", other)).status_code == 404
    assert not endorsing.endorsement_missing(other)
    workflow.pass_review(other, cast.editor, opinion="可用。")
    assert other.stage == "second"


def test_a_liaison_sends_for_others_and_brings_the_sheet(as_user, cast, unit, make_submission):
    """Submitted for the unit, with the names of those who wrote it; the sheet is asked for as of everybody."""
    Unit.objects.filter(pk=unit.pk).update(endorsement_required=True)
    own = make_submission("submitted", contributor=cast.liaison, byline="林晓舟、陈望潮")
    own = Submission.objects.get(pk=own.pk)
    assert [line["name"] for line in own.text.current.bylines] == ["林晓舟", "陈望潮"]
    assert endorsing.endorsement_missing(own)
    as_user(cast.liaison).post(at("endorse", own), verdict(own))
    assert not endorsing.endorsement_missing(own)


def test_a_merged_unit_follows_the_one_it_went_into(cast, unit, sent, make_user):
    whole = Unit.objects.create(name="望海区榕岭镇党委", endorsement_required=True)
    Unit.objects.filter(pk=unit.pk).update(merged_into=whole, endorsement_required=False)
    liaison = make_user("镇通讯员", Role.LIAISON, unit=whole)
    sent = Submission.objects.get(pk=sent.pk)
    assert endorsing.endorsement_missing(sent)
    assert list(endorsing.awaiting_endorsement(liaison)) == [sent]
    assert liaison.has_perm("submissions.endorse", sent)


def test_two_verdicts_at_once_and_one_too_late(cast, sent):
    version_id = sent.text.current_id
    record(sent, cast.editor)
    with pytest.raises(Refused, match="不用再办"):
        record(sent, cast.liaison, sheet=SignedSheet.objects.create(name="a.pdf", size=1, sha256="0" * 64))
    workflow.pass_review(sent, cast.editor, opinion="可用。")
    with pytest.raises(Refused, match="单位不能再退回"):
        workflow.return_by_unit(sent, cast.liaison, version_id=version_id, opinion="改。")
    workflow.return_for_changes(sent, cast.managing, opinion="请压缩。")
    hand_in_again(sent, cast.contributor)
    with pytest.raises(Stale):
        record(sent, cast.editor, version_id=version_id)


def test_the_list_asks_the_same_number_of_questions_for_one_and_for_many(
    as_user, cast, sent, make_submission, django_assert_max_num_queries
):
    client, counts = as_user(cast.liaison), []
    client.get(reverse("endorsements"))
    for number in (1, 3):
        for _ in range(number):
            record(make_submission("submitted"), cast.editor)
            make_submission("submitted")
        with django_assert_max_num_queries(30) as captured:
            client.get(reverse("endorsements"))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_contributors_list_asks_the_same_number_of_questions_for_one_and_for_many(
    as_user, cast, sent, make_submission, django_assert_max_num_queries
):
    client, counts = as_user(cast.contributor), []
    client.get(reverse("my_submissions"))
    for number in (1, 3):
        for _ in range(number):
            make_submission("submitted")
            back = Submission.objects.get(pk=make_submission("submitted").pk)
            workflow.return_by_unit(back, cast.liaison, version_id=back.text.current_id, opinion="请核对人数。")
        with django_assert_max_num_queries(30) as captured:
            client.get(reverse("my_submissions"))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_units_word_is_told_at_once_also_where_decisions_are_held(as_user, cast, sent):
    Journal.objects.update(hold_minutes=30)
    workflow.return_by_unit(sent, cast.liaison, version_id=sent.text.current_id, opinion="请核对人数。")
    page = as_user(cast.contributor).get(at("submission", sent))
    assert page.context["turn"].headline == "单位审核请您修改"
    assert "请核对人数。" in page.content.decode()


def test_a_liaison_sees_the_photographs(as_user, cast, unit, make_draft, make_picture):
    Unit.objects.filter(pk=unit.pk).update(endorsement_required=True)
    draft = make_draft(cast.contributor)
    attachment = draft.attachments.create(picture=make_picture(by=cast.contributor), position=1)
    keep_with_reason(draft)
    workflow.submit(draft, cast.contributor, declared=ALL_DECLARED)
    address = at("endorsed_photo", draft, attachment.pk)
    client = as_user(cast.liaison)
    assert f'<img src="{address}"' in client.get(at("endorse", draft)).content.decode()
    answer = client.get(address)
    assert (answer["Content-Type"], len(b"".join(answer.streaming_content)) > 100) == ("image/jpeg", True)
    assert as_user(cast.other).get(address).status_code == 404
