"""改稿 before acceptance: each edit a version, a substantive one back to 初审, nothing typed lost; told to its writer."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from journal import secrecy, versions
from journal.models import Content, Journal
from members.models import Event
from submissions import endorsing, workflow
from submissions.models import Submission
from submissions.states import Stage, State
from tests.conftest import ALL_DECLARED

pytestmark = pytest.mark.django_db


def changed(submission, old="干部后答", new="干部随后答复") -> Content:
    content = submission.text.current.content
    assert old in content.html
    return replace(content, html=content.html.replace(old, new))


def edit(submission, who, content=None, *, substantive=True, **facts):
    facts = {"seen": submission.text.current_id, "reason": "压缩第二部分"} | facts
    return workflow.edit(submission, who, content or changed(submission), substantive=substantive, **facts)


class TestVerb:
    def test_a_correction_leaves_what_was_passed(self, make_submission, cast):
        submission = make_submission("final")
        version = edit(submission, cast.second_editor, substantive=False)
        assert (version.number, version.author, version.substantive) == (2, cast.second_editor, False)
        assert submission.stage == Stage.FINAL
        assert set(versions.standing(submission.text)) == {"first", "second", "secrecy"}
        workflow.pass_review(submission, cast.chief, opinion="同意。")
        assert "干部随后答复" in submission.article.text.current.html

    def test_a_change_of_substance_goes_back_to_the_first_review(self, make_submission, cast):
        submission = make_submission("final")
        edit(submission, cast.chief)
        submission.refresh_from_db()
        assert (submission.state, submission.stage) == (State.IN_REVIEW, Stage.FIRST)
        assert versions.standing(submission.text) == {}
        assert secrecy.standing(submission.text) is None
        assert {event.verb for event in Event.objects.about(submission)} >= {"改稿", "退回初审重审"}
        # The same people may do their stages anew, on the new text.
        workflow.pass_review(submission, cast.editor, opinion="改得好。")
        assert submission.stage == Stage.SECOND

    def test_at_the_first_review_nothing_moves_and_the_unit_is_asked_anew(self, make_submission, unit, cast):
        unit.endorsement_required = True
        unit.save()
        submission = make_submission("submitted")
        facts = {"signer": "林支书", "signed_on": timezone.localdate(), "sheet": None, "kept_at": "档案柜"}
        endorsing.endorse(submission, cast.editor, version_id=submission.text.current_id, **facts)
        edit(submission, cast.editor, substantive=False)
        assert not endorsing.endorsement_missing(submission)
        edit(submission, cast.editor, changed(submission, "随后答复", "当场答复"))
        assert (submission.state, submission.stage) == (State.SUBMITTED, Stage.FIRST)
        assert endorsing.endorsement_missing(submission)

    def test_a_pass_cannot_be_taken_back_over_an_edit(self, make_submission, cast):
        Journal.objects.update(hold_minutes=30)
        submission = make_submission("second")
        edit(submission, cast.managing)
        with pytest.raises(workflow.Refused, match="不能再撤回"):
            workflow.undo_decision(submission, cast.editor)

    def test_what_is_saved_needs_a_change_a_reason_and_a_title(self, make_submission, cast):
        submission = make_submission("submitted")
        content = submission.text.current.content
        with pytest.raises(workflow.Refused, match="没有改动"):
            edit(submission, cast.editor, content)
        with pytest.raises(workflow.Refused, match="为什么改"):
            edit(submission, cast.editor, reason=" ")
        with pytest.raises(workflow.Refused, match="还没有标题"):
            edit(submission, cast.editor, replace(content, title=""))
        with pytest.raises(workflow.Refused, match="最多能存 100 字"):
            edit(submission, cast.editor, replace(content, kicker="长" * 101))
        assert submission.text.versions.count() == 1

    def test_a_colleague_s_version_is_not_overwritten(self, make_submission, cast):
        submission = make_submission("submitted")
        seen = submission.text.current_id
        edit(submission, cast.editor)
        with pytest.raises(workflow.EditedMeanwhile, match="周予安保存了第 2 版"):
            edit(submission, cast.second_editor, changed(submission, "随后", "当场"), seen=seen)

    def test_nobody_edits_an_own_manuscript_here(self, make_submission, cast):
        cast.editor.set_roles(["editor", "contributor"])
        submission = make_submission("submitted", contributor=cast.editor)
        with pytest.raises(PermissionDenied):
            edit(submission, cast.editor)


class TestPage:
    @pytest.fixture
    def submission(self, make_submission):
        return make_submission("second")

    @pytest.fixture
    def address(self, submission):
        return reverse("admin:submissions_submission_edit", args=[submission.pk])

    @pytest.fixture
    def fields(self, submission):
        version = submission.text.current
        facts = {"started_from": version.pk, "title": version.title, "reason": "压缩", "is_proof": "0"}
        return facts | {"body": version.html.replace("干部后答", "干部随后答复")}

    def test_looked_at_first_then_saved(self, client, submission, address, fields, cast):
        client.force_login(cast.second_editor)
        review = client.get(reverse("admin:submissions_submission_change", args=[submission.pk])).content.decode()
        assert address in review
        assert "回到初审" in client.get(address).content.decode()
        page = client.post(address, fields | {"look": "1"}).content.decode()
        assert "<ins>随</ins>" in page.split("data-look")[1].split("</section>")[0]
        assert submission.text.versions.count() == 1
        page = client.post(address, fields, follow=True).content.decode()
        assert "存为第 2 版（实质改动）。现在待初审" in page
        assert "压缩" in page
        submission.refresh_from_db()
        assert submission.stage == Stage.FIRST

    def test_saving_untouched_makes_no_version(self, client, submission, address, fields, cast):
        client.force_login(cast.editor)
        page = client.get(address)
        body = page.context["form"]["body"].value()
        answer = client.post(address, fields | {"body": body}).content.decode()
        assert "没有改动" in answer
        assert submission.text.versions.count() == 1

    def test_both_texts_are_there_after_a_collision(self, client, submission, address, fields, cast):
        edit(submission, cast.editor, changed(submission, "群众先说", "群众先讲"), substantive=False)
        client.force_login(cast.second_editor)
        page = client.post(address, fields).content.decode()
        assert "周予安保存了第 2 版" in page
        assert "干部随后答复" in page
        assert "群众先讲" in page
        assert submission.text.versions.count() == 2

    def test_what_is_missing_is_told_and_stays_typed(self, client, address, fields, make_picture, cast):
        client.force_login(cast.editor)
        page = client.post(address, fields | {"reason": "", "is_proof": ""}).content.decode()
        assert "请选这次是校样改动还是实质改动" in page
        assert "为什么改" in page
        assert "干部随后答复" in page
        foreign = f'<figure data-picture="{make_picture().pk}"></figure>'
        page = client.post(address, fields | {"body": fields["body"] + foreign}).content.decode()
        assert "不属于这篇稿件的照片" in page

    def test_with_its_writer_or_decided_it_is_not_edited(self, client, submission, address, fields, cast):
        workflow.return_for_changes(submission, cast.managing, opinion="补例子。")
        client.force_login(cast.editor)
        assert "退修中，现在不能在这里改" in client.get(address).content.decode()
        assert "退修中，编辑不能在这里改" in client.post(address, fields).content.decode()
        assert submission.text.versions.count() == 1

    def test_others_unknown_and_wrong_methods(self, client, submission, address, fields, cast):
        client.force_login(cast.proofreader)
        assert client.post(address, fields).status_code == 403
        client.force_login(cast.editor)
        assert client.put(address).status_code == 405
        gone = reverse("admin:submissions_submission_edit", args=["0" * 8 + "-0000-4000-8000-" + "0" * 12])
        assert client.post(gone, fields).status_code == 404
        client.force_login(cast.contributor)
        assert client.post(address, fields).status_code == 302
        assert submission.text.versions.count() == 1


class TestMyVersions:
    """The contributor's own page."""

    def page(self, client, submission, who, **asked) -> str:
        client.force_login(who)
        return client.get(reverse("my_versions", args=[submission.pk]), asked).content.decode()

    def answered(self, submission, cast, **draft):
        Submission.objects.filter(pk=submission.pk).update(**draft)
        submission.refresh_from_db()
        return workflow.resubmit(submission, cast.contributor, declared=ALL_DECLARED)

    def test_any_two_of_their_own_are_compared(self, client, make_submission, cast):
        submission = make_submission("submitted")
        for title in ("板凳会开到家门口", "板凳会"):
            workflow.return_for_changes(submission, cast.editor, opinion="标题再想想。")
            self.answered(submission, cast, title=title)
        page = self.page(client, submission, cast.contributor)
        assert [page.count(f"第 {number} 版</strong>") for number in (1, 2, 3)] == [1, 1, 1]
        assert "开到家门口" in page
        page = self.page(client, submission, cast.contributor, old="1", new="3", all="1")
        assert "榕树下的" in page.split('id="compare"')[1]
        assert "比较各版" in client.get(reverse("submission", args=[submission.pk])).content.decode()

    def test_the_office_s_edits_show_once_it_has_decided(self, client, make_submission, cast):
        submission = make_submission("submitted")
        edit(submission, cast.second_editor)
        assert "编辑改过的</strong>" not in self.page(client, submission, cast.contributor)
        workflow.return_for_changes(submission, cast.editor, opinion="补例子。")
        page = self.page(client, submission, cast.contributor)
        assert "编辑改过的</strong>" in page
        assert "<ins>随</ins>" in page.split('id="compare"')[1]
        assert "顾南乔" not in page
        status = client.get(reverse("submission", args=[submission.pk])).content.decode()
        assert "改稿时请一并写进去" in status

    def test_not_while_the_decision_can_still_be_taken_back(self, client, make_submission, cast):
        submission = make_submission("submitted")
        edit(submission, cast.second_editor)
        Journal.objects.update(hold_minutes=30)
        workflow.return_for_changes(submission, cast.editor, opinion="补例子。")
        assert "编辑改过的</strong>" not in self.page(client, submission, cast.contributor)
        assert "编辑改过" not in client.get(reverse("submission", args=[submission.pk])).content.decode()

    def test_after_acceptance_what_the_article_says_now(self, client, make_submission, cast):
        submission = make_submission("accepted")
        assert "编辑改过的</strong>" not in self.page(client, submission, cast.contributor)
        text = submission.article.text
        versions.edit_article(submission.article, text, changed(submission), cast.editor, "压缩", substantive=False)
        assert "编辑改过的</strong>" in self.page(client, submission, cast.contributor)

    def test_a_draft_has_none_and_many_cost_no_more(
        self, client, make_draft, make_submission, cast, django_assert_max_num_queries
    ):
        assert "还没有交过" in self.page(client, make_draft(cast.contributor), cast.contributor)
        submission = make_submission("submitted")
        for number in range(3):
            workflow.return_for_changes(submission, cast.editor, opinion="再想想。")
            self.answered(submission, cast, title=f"板凳会{number}")
        client.force_login(cast.contributor)
        with django_assert_max_num_queries(22):
            client.get(reverse("my_versions", args=[submission.pk]))
