"""补录 of proofs signed on paper: small office alone, with a reason, on the text of the day it was signed, logged."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from journal import proof_papers, proof_progress, proofing
from journal.models import Approval, Journal, SignedSheet, TextVersion
from members.models import Event
from tests.journal.test_signed import PDF

pytestmark = pytest.mark.django_db

HTML = "<p>村里把议事卓搬到榕树下，大家商量着着办事。</p>"


@pytest.fixture
def article(make_article, make_issue):
    return make_article("榕树下", html=HTML, issue=make_issue())


@pytest.fixture
def small(cast):
    Journal.objects.update(small_office=True)


def paper(signer="老校对", days_ago=0, **facts) -> proof_papers.SignedProof:
    facts = {"signed_on": timezone.localdate() - timedelta(days=days_ago), "reason": "在清样上校对"} | facts
    return proof_papers.SignedProof(signer=signer, **facts)


def stage_of(article):
    return proof_papers.recordable(proof_progress.progress(article))


def record(article, actor, given=None):
    article.refresh_from_db()
    return proof_papers.record(article, actor, given or paper(), stage=stage_of(article))


def aged(article, days: int) -> None:
    TextVersion.objects.filter(text=article.text).update(created_at=timezone.now() - timedelta(days=days))


def test_the_signer_holds_the_stage_and_the_recorder_may_do_the_next(small, article, cast):
    approval = record(article, cast.editor, paper(errors={"character": 2, "style": 1, "fact": 0}))
    assert (approval.kind, approval.holder, approval.recorded_by) == ("proof_1", "老校对", cast.editor)
    assert approval.errors == {"character": 2, "style": 1}
    found = proof_progress.progress(article)
    assert (found.pending, found.errors("proof_1")) == ("proof_2", 2)
    assert (
        Event.objects.about(article)
        .get(verb="补录纸质校对")
        .note.endswith("错别字 2；建议（不计差错） 1。在清样上校对")
    )
    Journal.objects.update(small_office=False)
    assert proofing.objection(cast.editor, article, found) == ""


def test_a_signer_with_an_account_does_no_second_proof(small, article, cast):
    approval = record(article, cast.editor, paper("白露"))
    assert (approval.person, approval.holder) == (cast.proofreader, "白露")
    Journal.objects.update(small_office=False)
    found = proof_progress.progress(article)
    assert "您做过这篇的一校" in proofing.objection(cast.proofreader, article, found)
    assert proof_progress.awaiting_proof(cast.proofreader) == []
    assert [row.article for row in proof_progress.awaiting_proof(cast.editor)] == [article]


def test_one_signer_for_two_stages_is_told_with_the_reason(small, article, cast):
    record(article, cast.editor)
    assert record(article, cast.editor).reason == "一人多岗（一校也是老校对）：在清样上校对"


def test_it_stands_on_the_text_of_the_day_it_was_signed(small, article, cast):
    aged(article, 5)
    first = article.text.current
    content = replace(first.content, html=HTML.replace("议事卓", "议事桌"))
    second = article.text.save_version(content, cast.editor, "校样改动：纸样", substantive=False)
    assert record(article, cast.editor, paper(days_ago=3)).version == first
    assert record(article, cast.editor, paper("二校的")).version == second


def test_reading_through_on_paper_is_of_the_final_text(small, article, cast):
    aged(article, 5)
    for name in ("甲", "乙", "丙"):
        record(article, cast.editor, paper(name, days_ago=3))
    content = replace(article.text.current.content, html=HTML.replace("着着", "着"))
    article.text.save_version(content, cast.editor, "校样改动：纸样", substantive=False)
    assert stage_of(article) == Approval.Kind.READ_THROUGH
    with pytest.raises(proofing.ProofRefused, match="通读要看最后的文字"):
        record(article, cast.editor, paper("丁", days_ago=2))
    record(article, cast.editor, paper("丁"))
    article.refresh_from_db()
    assert proof_progress.progress(article).read_through.holder == "丁"


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"signer": " "}, "签字人是谁"),
        ({"reason": " "}, "为什么补录"),
        ({"days_ago": -1}, "还没有到"),
        ({"days_ago": 9}, "还没有这篇文章的文字"),
        ({"errors": {"character": -1}}, "差错数"),
        ({"errors": {"unheard": 1}}, "差错数"),
    ],
)
def test_what_a_paper_must_say(facts, told, small, article, cast):
    with pytest.raises(proofing.ProofRefused, match=told):
        record(article, cast.editor, paper(**facts))
    assert not Approval.objects.filter(kind="proof_1").exists()


def test_a_paper_signed_before_a_substantive_change_or_an_earlier_stage_counts_no_more(small, article, cast):
    aged(article, 5)
    article.text.save_version(replace(article.text.current.content, html="<p>换了。</p>"), cast.editor, "改")
    with pytest.raises(proofing.ProofRefused, match="有过实质改动"):
        record(article, cast.editor, paper(days_ago=3))
    aged(article, 5)
    record(article, cast.editor, paper(days_ago=1))
    with pytest.raises(proofing.ProofRefused, match="早于一校的日期"):
        record(article, cast.editor, paper("另一位", days_ago=2))


def test_not_while_somebody_marks_or_marks_wait_and_not_in_a_large_office(small, article, cast):
    proofing.add_mark(article, cast.proofreader, proofing.Spotted("character", "议事卓", replacement="议事桌"))
    with pytest.raises(proofing.ProofRefused, match="已标 1 处"):
        record(article, cast.editor)
    proofing.hand_in(article, cast.proofreader, stage="proof_1", seen=article.text.current_id)
    with pytest.raises(proofing.ProofRefused, match="等编辑处理"):
        record(article, cast.editor)
    Journal.objects.update(small_office=False)
    with pytest.raises(proofing.ProofRefused, match="小编辑部"):
        record(article, cast.editor)


@pytest.mark.parametrize("person", ["contributor", "reader", "liaison", "administrator"])
def test_only_who_proofs_records(person, small, article, cast):
    with pytest.raises(PermissionDenied):
        record(article, getattr(cast, person))


class TestPage:
    @pytest.fixture
    def address(self, article):
        return reverse("admin:journal_proofmark_paper", args=[article.pk])

    @pytest.fixture
    def fields(self):
        facts = {"stage": "proof_1", "signer": "老校对", "signed_on": timezone.localdate().isoformat()}
        return facts | {"reason": "在清样上校对", "errors_character": "3"}

    def test_recorded_with_its_scan_and_led_to(self, small, client, address, article, fields, cast):
        client.force_login(cast.editor)
        proof_page = reverse("admin:journal_proofmark_article", args=[article.pk])
        assert address in client.get(proof_page).content.decode()
        assert client.get(address).status_code == 200
        scan = SimpleUploadedFile("审签单.pdf", PDF)
        page = client.post(address, fields | {"scan": scan}, follow=True).content.decode()
        assert "已补录一校：老校对" in page
        assert reverse("sheet", args=[SignedSheet.objects.get().pk]) in page
        assert (
            "老校对" in client.get(reverse("admin:journal_proofmark_issue", args=[article.issue_id])).content.decode()
        )

    def test_what_is_refused_stays_typed_and_keeps_nothing(self, small, client, address, fields, cast):
        client.force_login(cast.editor)
        late = {"signed_on": (timezone.localdate() + timedelta(days=2)).isoformat()}
        page = client.post(address, fields | late | {"scan": SimpleUploadedFile("单.pdf", PDF)}).content.decode()
        assert "还没有到" in page
        assert "老校对" in page
        assert "签字件请重新选一次" in page
        assert not SignedSheet.objects.exists()
        page = client.post(address, fields | {"errors_character": "许多", "signer": ""}).content.decode()
        assert "差错数请写数字" in page
        assert "校对签字人是谁" in page
        assert (
            "不是 PDF" in client.post(address, fields | {"scan": SimpleUploadedFile("单.pdf", b"MZ")}).content.decode()
        )
        assert not Approval.objects.filter(kind="proof_1").exists()

    def test_a_stage_done_meanwhile_is_not_recorded_as_the_next(self, small, client, address, article, fields, cast):
        client.force_login(cast.editor)
        client.post(address, fields)
        page = client.post(address, fields | {"signer": "又一位"}).content.decode()
        assert "刚刚变过" in page
        assert Approval.objects.filter(kind__startswith="proof").count() == 1

    def test_outsiders_unknown_articles_and_wrong_methods(self, small, client, address, fields, cast):
        assert client.post(address, fields).status_code == 302
        client.force_login(cast.administrator)
        assert client.post(address, fields).status_code == 403
        client.force_login(cast.editor)
        assert client.put(address).status_code == 405
        assert client.get(reverse("admin:journal_proofmark_paper", args=[10**6])).status_code == 404
        Journal.objects.update(small_office=False)
        assert "小编辑部" in client.get(address).content.decode()
        assert "小编辑部" in client.post(address, fields).content.decode()
        assert not Approval.objects.filter(kind="proof_1").exists()
