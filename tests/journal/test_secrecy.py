"""保密审查: who records it, what it needs, how it narrows access, what stops without it, and when it is asked for anew."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from journal import assembly, publishing, secrecy
from journal.models import Approval, Article, Author, Issue, SignedSheet
from members.models import Event
from members.roles import Role
from submissions import workflow
from tests.conftest import CLEARED, fill_imprint
from tests.journal.test_signed import PDF

pytestmark = pytest.mark.django_db

INTERNAL = replace(CLEARED, conclusion="internal")
REFUSED = replace(CLEARED, conclusion="none", opinion="涉及未公开的部署。")
PUBLIC = {"access": "public", "approved_by": "部务会", "basis": "第3次部务会纪要"}


@pytest.fixture
def issue(make_issue, make_article):
    issue = make_issue()
    make_article("甲", issue=issue)
    make_article("乙", issue=issue, secrecy="")
    fill_imprint(issue)
    return issue


@pytest.fixture
def second(issue):
    return issue.articles.get(title="乙")


def change(text, html: str, *, substantive: bool):
    text.save_version(replace(text.current.content, html=html), None, "改", substantive=substantive)


class TestRecording:
    def test_it_is_kept_with_who_when_and_on_what_basis(self, second, cast):
        approval = secrecy.record(second.text, cast.managing, CLEARED)
        assert secrecy.standing(second.text) == approval
        assert (approval.person, approval.basis, approval.version) == (
            cast.managing,
            CLEARED.basis,
            second.text.current,
        )
        event = Event.objects.about(second).get(verb="保密审查")
        assert (event.before, event.after) == ("未审查", "可公开")

    def test_a_new_one_takes_the_place_of_the_old_which_is_kept(self, second, cast):
        old = secrecy.record(second.text, cast.managing, CLEARED)
        new = secrecy.record(second.text, cast.chief, REFUSED)
        old.refresh_from_db()
        assert old.revoked_at is not None
        assert secrecy.standing(second.text) == new
        assert new.decision == Approval.Decision.REJECTED

    @pytest.mark.parametrize("person", ["contributor", "liaison", "reader", "editor", "proofreader", "administrator"])
    def test_only_the_managing_and_the_chief_editor_record_it(self, person, second, cast):
        with pytest.raises(PermissionDenied):
            secrecy.record(second.text, getattr(cast, person), CLEARED)

    def test_nobody_records_it_for_an_own_text(self, make_submission, make_article, cast):
        cast.managing.set_roles([Role.MANAGING_EDITOR, Role.CONTRIBUTOR])
        own = make_submission("draft", contributor=cast.managing)
        workflow.submit(own, cast.managing, declared=["secrecy", "authorship", "copyright"])
        sent_for_her = make_submission("draft", contributor=cast.managing, registered_by=cast.editor, channel="post")
        workflow.register(sent_for_her, cast.editor)
        signed = make_article("署名的", secrecy="", bylines=["沈知行"])
        Author.objects.filter(name="沈知行").update(user=cast.managing)
        for text in (own.text, sent_for_her.text, signed.text):
            with pytest.raises(PermissionDenied):
                secrecy.record(text, cast.managing, CLEARED)
            secrecy.record(text, cast.chief, CLEARED)

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"conclusion": ""}, "先选定结论"),
            ({"conclusion": "secret"}, "先选定结论"),
            ({"basis": "  "}, "写明依据"),
            ({"signer": "江副主任"}, "签字人和签字日期"),
            ({"signed_on": date(2026, 1, 2)}, "签字人和签字日期"),
            ({"scan": SignedSheet()}, "写明签字人"),
            ({"signer": "江副主任", "signed_on": timezone.localdate() + timedelta(days=1)}, "还没有到"),
        ],
    )
    def test_what_is_incomplete_is_refused(self, changes, told, second, cast):
        with pytest.raises(secrecy.SecrecyRefused, match=told):
            secrecy.record(second.text, cast.chief, replace(CLEARED, **changes))
        assert secrecy.standing(second.text) is None

    def test_what_was_changed_while_it_was_read_is_refused(self, second, cast):
        seen = second.text.current_id
        change(second.text, "<p>同事改了。</p>", substantive=True)
        with pytest.raises(secrecy.SecrecyRefused, match="刚刚被同事改过"):
            secrecy.record(second.text, cast.chief, CLEARED, seen=seen)

    def test_not_after_publishing(self, issue, second, cast, publish):
        secrecy.record(second.text, cast.chief, CLEARED)
        publish(issue)
        with pytest.raises(secrecy.SecrecyRefused, match="刊发"):
            secrecy.record(second.text, cast.chief, INTERNAL)


class TestReopening:
    def test_a_substantive_change_asks_for_it_anew_a_proof_correction_does_not(self, second, cast):
        secrecy.record(second.text, cast.chief, CLEARED)
        change(second.text, "<p>巷子里的事大家议，改一字。</p>", substantive=False)
        assert secrecy.standing(second.text) is not None
        change(second.text, "<p>加了一整段。</p>", substantive=True)
        assert secrecy.standing(second.text) is None

    def test_a_manuscript_changed_by_its_writer_waits_again(self, make_submission, cast):
        submission = make_submission("final")
        workflow.return_for_changes(submission, cast.chief, opinion="补一个例子。")
        submission.body += "\n补一个例子：修水渠改了三遍图纸。"
        submission.save()
        workflow.resubmit(submission, cast.contributor)
        with pytest.raises(workflow.Refused, match="实质改动，要重新审查"):
            workflow.pass_review(submission, cast.chief, opinion="可用。")

    def test_it_speaks_for_the_parts_of_a_composite_until_one_is_rewritten(self, make_submission, cast):
        text = "会议在榕树下召开，群众先说，干部后答，定下来的事贴在祠堂外墙上，办完一件划掉一件。"
        body = "\n".join(f"## 发言之{n}\n榕岭镇党委书记 林晓舟\n{n}号桌说：{text}" for n in "一二三")
        parent = make_submission("accepted", body=body, is_composite=True).article
        parts = list(parent.parts.select_related("parent").order_by("position"))
        assert {found.conclusion for found in secrecy.standings(parts).values()} == {"public"}
        change(parts[0].text, "<p>换了一篇。</p>", substantive=True)
        assert secrecy.standings(parts)[parts[0].pk].is_missing
        secrecy.record(parts[0].text, cast.chief, CLEARED)
        secrecy.record(parent.text, cast.chief, INTERNAL)
        assert {found.conclusion for found in secrecy.standings(parts).values()} == {"internal"}


class TestWhatItStops:
    def test_a_manuscript_that_is_not_to_be_printed_is_not_accepted(self, make_submission, cast):
        submission = make_submission("final")
        secrecy.record(submission.text, cast.managing, REFUSED)
        with pytest.raises(workflow.Refused, match="不予刊发"):
            workflow.pass_review(submission, cast.chief, opinion="可用。")
        assert not Article.objects.exists()

    @pytest.mark.parametrize("access", [{"access": "internal"}, PUBLIC])
    def test_an_issue_is_not_published_without_it_and_names_the_articles(self, access, issue, cast):
        publishing.close(issue, cast.chief)
        with pytest.raises(publishing.Refused, match=r"还没有作保密审查.+《乙》 1 篇"):
            publishing.publish(issue, cast.chief, **access)
        issue.refresh_from_db()
        assert issue.state == Issue.State.CLOSED

    def test_an_article_refused_stops_the_issue(self, issue, second, cast):
        secrecy.record(second.text, cast.chief, REFUSED)
        publishing.close(issue, cast.chief)
        with pytest.raises(publishing.Refused, match="不予刊发的有《乙》"):
            publishing.publish(issue, cast.chief, access="internal")

    def test_an_article_refused_is_not_placed(self, make_article, make_issue, cast):
        article = make_article("丙", secrecy="none")
        with pytest.raises(assembly.AssemblyRefused, match="不予刊发"):
            assembly.place(article, make_issue(), cast.editor)

    def test_internal_only_narrows_a_public_issue(self, issue, second, cast, client):
        secrecy.record(second.text, cast.chief, INTERNAL)
        publishing.close(issue, cast.chief)
        publishing.publish(issue, cast.chief, **PUBLIC)
        assert dict(Article.objects.values_list("title", "access")) == {"甲": "public", "乙": "internal"}
        assert client.get(second.get_absolute_url()).status_code == 403

    def test_what_was_printed_before_is_out_inside_without_it_but_a_refusal_is_obeyed(self, issue, second, cast):
        Issue.objects.filter(pk=issue.pk).update(state="closed")
        assert secrecy.publishing_objection(issue, printed=True) == ""
        secrecy.record(second.text, cast.chief, REFUSED)
        assert "不予刊发" in secrecy.publishing_objection(issue, printed=True)


class TestPages:
    def form(self, text, **fields):
        return {"conclusion": "public", "basis": "单位保密审查表", "seen": text.current_id} | fields

    def test_recorded_from_paper_with_its_scan(self, client, second, cast):
        client.force_login(cast.chief)
        scan = SimpleUploadedFile("保密审查表.pdf", PDF)
        fields = self.form(second.text, signer="江副主任", signed_on="2026-03-02", scan=scan)
        address = reverse("admin:journal_approval_secrecy", args=[second.text_id])
        page = client.post(address, fields, follow=True).content.decode()
        assert "已登记《乙》的保密审查：可公开" in page
        approval = secrecy.standing(second.text)
        assert (approval.signer, approval.signed_on, approval.recorded_by) == ("江副主任", date(2026, 3, 2), cast.chief)
        assert reverse("sheet", args=[approval.scan_id]) in page

    def test_a_refused_form_keeps_what_was_typed(self, client, second, cast):
        client.force_login(cast.chief)
        address = reverse("admin:journal_approval_secrecy", args=[second.text_id])
        scan = SimpleUploadedFile("单.pdf", b"no scan")
        page = client.post(
            address, self.form(second.text, opinion="已问过办公室。", signer="江", scan=scan)
        ).content.decode()
        assert "不是 PDF、JPG 或 PNG" in page
        assert "已问过办公室。" in page
        assert secrecy.standing(second.text) is None
        assert not SignedSheet.objects.exists()

    def test_the_way_back_leads_nowhere_else(self, client, second, cast):
        client.force_login(cast.chief)
        address = reverse("admin:journal_approval_secrecy", args=[second.text_id])
        assert client.post(address, self.form(second.text, next="https://example.com/"))["Location"] == address
        assert client.post(address, self.form(second.text, next="/admin/"))["Location"] == "/admin/"

    @pytest.mark.parametrize(("person", "status"), [("editor", 403), ("proofreader", 403), ("administrator", 403)])
    def test_others_of_the_office_read_it_and_record_nothing(self, person, status, client, issue, second, cast):
        client.force_login(getattr(cast, person))
        for name, pk in (("secrecy", second.text_id), ("issue_secrecy", issue.pk)):
            address = reverse(f"admin:journal_approval_{name}", args=[pk])
            assert "主任或主编登记" in client.get(address).content.decode()
            assert client.post(address, self.form(second.text)).status_code == status
            assert client.put(address).status_code == 405
        assert secrecy.standing(second.text) is None

    def test_the_issue_s_articles_are_recorded_together(self, client, issue, second, cast):
        client.force_login(cast.managing)
        address = reverse("admin:journal_approval_issue_secrecy", args=[issue.pk])
        assert "1 篇还没有审查" in client.get(address).content.decode()
        keys = [f"{article.pk}:{article.text.current_id}" for article in issue.articles.all()]
        page = client.post(address, self.form(second.text, articles=keys, conclusion="internal"), follow=True)
        assert "已登记 2 篇的保密审查：仅内部" in page.content.decode()
        assert {found.conclusion for _, found in secrecy.of_issue(issue)} == {"internal"}

    def test_all_or_none_and_what_changed_meanwhile_is_not_recorded(self, client, issue, second, cast):
        client.force_login(cast.managing)
        address = reverse("admin:journal_approval_issue_secrecy", args=[issue.pk])
        keys = [f"{article.pk}:{article.text.current_id}" for article in issue.articles.all()]
        change(second.text, "<p>同事改了。</p>", substantive=True)
        page = client.post(address, self.form(second.text, articles=keys, conclusion="internal")).content.decode()
        assert "请刷新页面再选" in page
        assert [found.conclusion for _, found in secrecy.of_issue(issue)] == ["public", ""]

    def test_publishing_leads_there(self, client, issue, cast):
        publishing.close(issue, cast.chief)
        client.force_login(cast.chief)
        page = client.get(reverse("admin:journal_issue_publish", args=[issue.pk])).content.decode()
        assert "《乙》 1 篇" in page
        assert reverse("admin:journal_approval_issue_secrecy", args=[issue.pk]) in page

    def test_the_batch_page_asks_the_same_number_of_questions(self, client, issue, make_article, cast):
        client.force_login(cast.managing)
        address = reverse("admin:journal_approval_issue_secrecy", args=[issue.pk])
        client.get(address)
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        for number in range(12):
            make_article(f"第{number}篇", issue=issue)
        with CaptureQueriesContext(connection) as many:
            client.get(address)
        assert len(many) == len(few)
