"""付印: what it needs, who signs, and that any later change makes it lapse where everybody sees it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.utils import timezone

from journal import galleys, print_approval, proofing, publishing, signed, versions
from journal.galley_contents import contents_of
from journal.models import Access, Approval, Issue, Journal
from members.models import Event
from tests.conftest import fill_imprint
from tests.journal.test_galleys import change, quickly, remark

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(make_issue, make_article, section, monkeypatch, cast):
    """Everything done: reviewed, cleared, proofed by three people, read through; a round of it made."""
    monkeypatch.setattr(galleys, "typeset", quickly)
    issue = make_issue()
    for title in ("甲篇", "乙篇"):
        finish(make_article(title, issue=issue, section=section, html=f"<p>{title}的正文。</p>"), cast)
    fill_imprint(issue)
    issue = Issue.objects.get(pk=issue.pk)
    galleys.make_round(issue, cast.editor)
    return issue


def finish(article, cast):
    for reviewer in (cast.editor, cast.managing, cast.chief):
        versions.review(article, reviewer, seen=article.text.current_id, passed=True, opinion="可用。")
    proof(article, cast)


def proof(article, cast):
    for stage, reader in (("proof_1", cast.proofreader), ("proof_2", cast.editor), ("proof_3", cast.second_editor)):
        proofing.hand_in(article, reader, stage=stage, seen=article.text.current_id)
    proofing.read_through(article, cast.managing, seen=article.text.current_id)


def sign(issue, actor, **facts):
    seen = print_approval.newest_round(issue).digest
    return print_approval.approve(issue, actor, **({"seen": seen} | facts))


def lacking(issue):
    return [check.key for check in print_approval.checks(issue) if not check.is_met]


def test_signed_on_the_final_hash(issue, cast):
    assert lacking(issue) == []
    approval = sign(issue, cast.chief, opinion="同意。")
    assert (str(approval), approval.version) == ("付印：同意付印", None)
    assert approval.galley.digest == contents_of(issue).digest
    assert print_approval.standing(issue).in_force
    assert print_approval.warning(issue) == ""
    event = Event.objects.get(verb="付印")
    assert approval.galley.short_digest in event.note
    with pytest.raises(galleys.GalleyRefused, match="已由叶知秋签字付印"):
        sign(issue, cast.chief)


def test_the_chief_editor_alone_signs(issue, cast):
    for name, person in vars(cast).items():
        if name != "chief":
            with pytest.raises(PermissionDenied):
                sign(issue, person)
    assert not Approval.objects.filter(kind="print").exists()


@pytest.mark.parametrize(
    ("spoil", "keys"),
    [
        (lambda issue, cast: issue.galleys.all().delete(), ["round"]),
        (lambda issue, cast: Issue.objects.filter(pk=issue.pk).update(theme="新主题"), ["round"]),
        (lambda issue, cast: issue.imprint.__class__.objects.update(print_house=""), ["imprint", "round"]),
        (lambda issue, cast: Approval.objects.filter(kind="final").update(revoked_at=timezone.now()), ["reviews"]),
        (lambda issue, cast: Approval.objects.filter(kind="secrecy").update(revoked_at=timezone.now()), ["secrecy"]),
        (
            lambda issue, cast: Approval.objects.filter(kind="proof_3").update(revoked_at=timezone.now()),
            ["proofs"],
        ),
        (lambda issue, cast: change(issue.articles.first(), cast.editor), ["read_through", "round"]),
        (
            lambda issue, cast: change(issue.articles.first(), cast.editor, substantive=True),
            ["reviews", "secrecy", "proofs", "read_through", "round"],
        ),
        (
            lambda issue, cast: galleys.add_task(issue.galleys.get(), cast.editor, remark(cast, page=3)),
            ["tasks"],
        ),
        (
            lambda issue, cast: galleys.record_sheet(
                issue.galleys.get(), cast.editor, galleys.Signature("顾部长", timezone.localdate(), "rejected")
            ),
            ["sheets"],
        ),
    ],
    ids=["no_round", "theme", "imprint", "final", "secrecy", "proof", "corrected", "rewritten", "task", "objection"],
)
def test_each_thing_that_is_lacking_is_named_and_stops_it(issue, cast, spoil, keys):
    spoil(issue, cast)
    issue = Issue.objects.get(pk=issue.pk)
    assert lacking(issue) == keys
    with pytest.raises(galleys.GalleyRefused, match="还不能付印") as refusal:
        print_approval.approve(issue, cast.chief, seen="x")
    for check in print_approval.checks(issue):
        assert (check.label in str(refusal.value)) == (check.key in keys)
    assert not Approval.objects.filter(kind="print").exists()


def test_a_round_made_meanwhile_is_told(issue, cast):
    seen = print_approval.newest_round(issue).digest
    Issue.objects.filter(pk=issue.pk).update(theme="改了")
    issue = Issue.objects.get(pk=issue.pk)
    galleys.make_round(issue, cast.editor)
    with pytest.raises(galleys.GalleyRefused, match="又出了一次清样"):
        sign(issue, cast.chief, seen=seen)


def test_a_later_change_makes_it_lapse_and_a_new_one_takes_its_place(issue, cast):
    first = sign(issue, cast.chief)
    article = issue.articles.first()
    change(article, cast.editor)
    found = print_approval.standing(issue)
    assert found.has_lapsed
    assert found.approval == first
    assert "已经失效：签字以后改动 1 篇" in print_approval.warning(issue)
    proofing.read_through(article, cast.managing, seen=type(article).objects.get(pk=article.pk).text.current_id)
    galleys.make_round(issue, cast.editor)
    second = sign(issue, cast.chief)
    first.refresh_from_db()
    assert first.revoked_at is not None
    assert print_approval.standing(issue) == print_approval.Standing(second, True)


def test_struck_out_it_holds_no_more(issue, cast):
    approval = sign(issue, cast.chief)
    with pytest.raises(PermissionDenied):
        galleys.revoke(approval, cast.editor, "签早了")
    with pytest.raises(galleys.GalleyRefused, match="请写明为什么作废"):
        galleys.revoke(approval, cast.chief, " ")
    galleys.revoke(approval, cast.chief, "签早了")
    assert print_approval.standing(issue).approval is None


def paper(cast, **facts):
    scan = signed.store_sheet(ContentFile(b"%PDF-1.4\nstartxref\n9\n%%EOF\n"), "付印单.pdf", cast.managing)
    facts = {"signer": "叶知秋", "signed_on": timezone.localdate(), "scan": scan, "reason": "主编出差"} | facts
    return print_approval.Paper(**facts)


def test_a_small_office_records_a_signature_on_paper(issue, cast):
    with pytest.raises(galleys.GalleyRefused, match="小编辑部"):
        sign(issue, cast.managing, paper=paper(cast))
    Journal.objects.update(small_office=True)
    for wrong in ({"reason": " "}, {"signed_on": timezone.localdate() - timedelta(days=1)}):
        with pytest.raises(galleys.GalleyRefused):
            sign(issue, cast.managing, paper=paper(cast, **wrong))
    with pytest.raises(PermissionDenied):
        sign(issue, cast.proofreader, paper=paper(cast))
    approval = sign(issue, cast.managing, paper=paper(cast))
    assert (approval.holder, approval.recorded_by, approval.reason) == ("叶知秋", cast.managing, "主编出差")
    assert "补录原因：主编出差" in Event.objects.get(verb="付印").note


def publish(issue, chief, **facts):
    return publishing.publish(issue, chief, access=Access.INTERNAL, **facts)


def test_publishing_asks_for_it_only_where_the_office_wants_it(issue, cast):
    Journal.objects.update(requires_print_approval=True)
    publishing.close(issue, cast.chief)
    with pytest.raises(publishing.Refused, match="还没有付印签字"):
        publish(issue, cast.chief)
    assert Issue.objects.get(pk=issue.pk).state == Issue.State.CLOSED
    sign(issue, cast.chief)
    assert publish(issue, cast.chief).is_published


def test_a_reason_lets_it_out_without_and_stays_in_the_trail(issue, cast):
    Journal.objects.update(requires_print_approval=True)
    sign(issue, cast.chief)
    publishing.close(issue, cast.chief)
    Issue.objects.filter(pk=issue.pk).update(theme="改了封面主题")
    issue = Issue.objects.get(pk=issue.pk)
    with pytest.raises(publishing.Refused, match="已经失效"):
        publish(issue, cast.chief)
    publish(issue, cast.chief, unsigned_reason="封面主题由部务会改定")
    assert "没有付印签字，原因：封面主题由部务会改定" in Event.objects.get(verb="刊发").note


def test_without_the_setting_nothing_stands_in_the_way(issue, cast):
    publishing.close(issue, cast.chief)
    assert publish(issue, cast.chief).is_published


def test_the_list_costs_the_same_for_two_articles_and_for_four(
    issue, cast, make_article, section, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as two:
        print_approval.checks(issue)
    for title in ("丙篇", "丁篇"):
        make_article(title, issue=issue, section=section)
    with django_assert_num_queries(len(two)):
        print_approval.checks(issue)
