"""Two people at the same moment, with real threads, on PostgreSQL (row locks) and SQLite (one writer at a time)."""

import sqlite3
import uuid
from dataclasses import replace
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone

from journal import (
    assembly,
    galleys,
    print_approval,
    proof_corrections,
    proof_papers,
    proofing,
    publishing,
    secrecy,
    versions,
)
from journal.models import Approval, Article, Issue, Journal, ProofMark, Section, Text
from journal.text.clean import clean_text
from journal.text.pieces import survey
from members.models import Event
from members.roles import Role
from submissions import assigning, cleaning, drafts, registering, splitting, workflow
from submissions.models import Submission
from submissions.states import Stage, State
from tests.conftest import ALL_DECLARED, fill_imprint
from tests.journal.test_galleys import quickly, remark

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _a_database_threads_share(transactional_db, tmp_path):
    """SQLite's test database lives in memory, where threads lock tables instead of waiting: move it to a file."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    in_memory, name = connection.connection, connection.settings_dict["NAME"]
    on_disk = sqlite3.connect(tmp_path / "race.sqlite3")
    in_memory.backup(on_disk)
    on_disk.close()
    connection.connection = None
    connection.settings_dict["NAME"] = str(tmp_path / "race.sqlite3")
    yield
    connection.close()
    connection.settings_dict["NAME"] = name
    connection.connection = in_memory


def at_once(*acts):
    """Start every act at the same moment; what each gave back, or the exception it raised."""
    gate, outcome = Barrier(len(acts)), [None] * len(acts)

    def run(index, act):
        try:
            connection.ensure_connection()
            gate.wait(timeout=20)
            outcome[index] = act()
        except Exception as error:
            # Handed to the test, which asks for the kind it expects.
            outcome[index] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    return outcome


def failures(outcome):
    return [result for result in outcome if isinstance(result, Exception)]


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def test_two_editors_pass_the_same_stage(make_submission, cast):
    submission = make_submission("submitted")
    outcome = at_once(
        lambda: workflow.pass_review(fresh(submission), cast.editor, opinion="可用。"),
        lambda: workflow.pass_review(fresh(submission), cast.second_editor, opinion="可用。"),
    )
    (error,) = failures(outcome)
    # Who read the row only after the other's commit meets a stage that is no longer an editor's.
    assert isinstance(error, workflow.Stale | PermissionDenied)
    assert Approval.objects.passed().count() == 1
    assert fresh(submission).stage == Stage.SECOND


def test_two_editors_who_saw_the_same_page(make_submission, cast):
    submission = make_submission("submitted")
    one, other = fresh(submission), fresh(submission)
    outcome = at_once(
        lambda: workflow.pass_review(one, cast.editor, opinion="可用。"),
        lambda: workflow.reject(other, cast.second_editor, opinion="题材用过。"),
    )
    (error,) = failures(outcome)
    assert isinstance(error, workflow.Stale)
    assert Approval.objects.count() == 1


def test_a_pass_and_a_withdrawal(make_submission, cast):
    """One of them comes first; the other is told. Never a passed manuscript that was withdrawn, nor a lost pass."""
    submission = make_submission("submitted")
    one, other = fresh(submission), fresh(submission)
    outcome = at_once(
        lambda: workflow.pass_review(one, cast.editor, opinion="可用。"),
        lambda: workflow.withdraw(other, cast.contributor),
    )
    now = fresh(submission)
    # A manuscript in review may be withdrawn too: both in a row are right, with the withdrawal last.
    if failures(outcome):
        (error,) = failures(outcome)
        assert isinstance(error, workflow.Stale)
        assert not Approval.objects.exists()
    assert now.state == State.WITHDRAWN


def test_undoing_and_the_next_stage(make_submission, cast):
    Journal.objects.update(hold_minutes=30)
    submission = make_submission("second")
    one, other = fresh(submission), fresh(submission)
    outcome = at_once(
        lambda: workflow.undo_decision(one, cast.editor),
        lambda: workflow.pass_review(other, cast.managing, opinion="同意。"),
    )
    (error,) = failures(outcome)
    assert isinstance(error, workflow.Refused)
    now, standing = fresh(submission), list(Approval.objects.standing().values_list("kind", flat=True))
    if outcome[0] is error:
        assert (now.stage, standing) == (Stage.FINAL, ["first", "second"])
    else:
        assert (now.state, now.stage, standing) == (State.SUBMITTED, Stage.FIRST, [])


def test_undoing_an_acceptance_and_placing_the_article(make_submission, make_issue, cast):
    Journal.objects.update(hold_minutes=30)
    submission, issue = make_submission("accepted"), make_issue()
    article, one = submission.article, fresh(submission)
    outcome = at_once(
        lambda: workflow.undo_decision(one, cast.chief),
        lambda: assembly.place(fresh(article), issue, cast.editor),
    )
    (error,) = failures(outcome)
    assert isinstance(error, workflow.Refused | assembly.AssemblyRefused)
    placed = Article.objects.filter(issue=issue).exists()
    assert placed == (fresh(submission).state == State.ACCEPTED)
    assert placed == isinstance(outcome[0], workflow.Refused)


def test_two_who_give_the_same_manuscript_away(make_submission, cast):
    submission = make_submission("submitted")
    outcome = at_once(
        lambda: assigning.assign(fresh(submission), cast.editor, cast.chief),
        lambda: assigning.assign(fresh(submission), cast.second_editor, cast.managing),
    )
    assert failures(outcome) == []
    first, last = Event.objects.about(submission).filter(verb__in=("分派", "改派")).order_by("pk")
    assert (first.before, last.before) == ("未分派", first.after)
    assert last.after == fresh(submission).assignee.name


def test_a_double_click_on_submit_gives_one_receipt(make_draft, cast):
    draft = make_draft(cast.contributor)
    one, other = fresh(draft), fresh(draft)
    outcome = at_once(
        lambda: workflow.submit(one, cast.contributor, declared=ALL_DECLARED),
        lambda: workflow.submit(other, cast.contributor, declared=ALL_DECLARED),
    )
    (error,) = failures(outcome)
    assert isinstance(error, workflow.Stale)
    sent = fresh(draft)
    assert sent.receipt_number.endswith("-0001")
    assert sent.text.versions.count() == 1
    assert sent.letters.count() == 1


def test_receipt_numbers_of_eight_at_once_are_dense_and_unique(make_draft, cast):
    drafts = [make_draft(cast.contributor, title=f"第{number}篇") for number in range(8)]

    def submit(draft):
        return lambda: workflow.submit(draft, cast.contributor, declared=ALL_DECLARED)

    assert failures(at_once(*(submit(draft) for draft in drafts))) == []
    numbers = sorted(number[-4:] for number in Submission.objects.values_list("receipt_number", flat=True))
    assert numbers == [f"{number:04d}" for number in range(1, 9)]


def test_of_two_drags_one_is_refused(make_issue, make_article, cast):
    section = Section.objects.first()
    issue = make_issue()
    first, *_ = [make_article(title, issue=issue, section=section) for title in "甲乙丙"]
    new = make_article("丁", section=section)
    token = fresh(issue).order_token
    outcome = at_once(
        lambda: assembly.place(fresh(first), fresh(issue), cast.editor, position=3, token=token),
        lambda: assembly.place(fresh(new), fresh(issue), cast.second_editor, position=1, token=token),
    )
    (error,) = failures(outcome)
    assert isinstance(error, assembly.OrderChanged)
    positions = list(Article.objects.filter(issue=issue).order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, len(positions) + 1))
    assert fresh(issue).order_token == token + 1


def test_two_issues_do_not_get_the_same_article(make_issue, make_article, cast):
    article, issues = make_article("甲"), [make_issue(), make_issue()]
    outcome = at_once(
        lambda: assembly.place(fresh(article), fresh(issues[0]), cast.editor),
        lambda: assembly.place(fresh(article), fresh(issues[1]), cast.second_editor),
    )
    (error,) = failures(outcome)
    assert isinstance(error, assembly.AssemblyRefused)
    assert fresh(article).issue in issues


def test_an_issue_is_published_once(make_issue, make_article, cast):
    issue = make_issue()
    make_article("甲", issue=issue)
    fill_imprint(issue)
    publishing.close(issue, cast.chief)
    outcome = at_once(
        lambda: publishing.publish(fresh(issue), cast.chief, access="internal"),
        lambda: publishing.publish(fresh(issue), cast.chief, access="internal"),
    )
    (error,) = failures(outcome)
    assert isinstance(error, publishing.Refused)
    assert fresh(issue).state == Issue.State.PUBLISHED


def test_withdrawing_while_it_is_reviewed(make_submission, cast):
    submission = make_submission("final")
    outcome = at_once(
        lambda: workflow.withdraw(fresh(submission), cast.contributor),
        lambda: workflow.pass_review(fresh(submission), cast.chief, opinion="采用。"),
    )
    assert len(failures(outcome)) == 1
    after = fresh(submission)
    assert after.state in (State.WITHDRAWN, State.ACCEPTED)
    assert Article.objects.count() == (1 if after.state == State.ACCEPTED else 0)


def test_two_chiefs_accept_the_same_composite(make_submission, make_user, cast):
    """Its parts are made once."""
    text = "会议在榕树下召开，群众先说，干部后答，定下来的事贴在祠堂外墙上，办完一件划掉一件。"
    body = "\n".join(f"## 发言之{number}\n榕岭镇党委书记 林晓舟\n{number}号桌说：{text}" for number in "一二三")
    submission = make_submission("final", body=body, is_composite=True)
    second_chief = make_user("江一帆", Role.CHIEF_EDITOR)
    outcome = at_once(
        lambda: workflow.pass_review(fresh(submission), cast.chief, opinion="可用。"),
        lambda: workflow.pass_review(fresh(submission), second_chief, opinion="可用。"),
    )
    assert len(failures(outcome)) == 1
    assert fresh(submission).article.parts.count() == 3
    assert Article.objects.count() == 4


def test_two_editors_take_the_same_article_apart(make_article, cast):
    text = "会议在榕树下召开，群众先说，干部后答，定下来的事贴在祠堂外墙上，办完一件划掉一件。"
    article = make_article("把桌子搬到群众中去", html=f"<h2>发言之一</h2><p>{text}</p><h2>发言之二</h2><p>{text}</p>")
    outcome = at_once(
        lambda: assembly.split(fresh(article), cast.editor),
        lambda: assembly.split(fresh(article), cast.second_editor),
    )
    (error,) = failures(outcome)
    assert isinstance(error, assembly.AssemblyRefused)
    assert article.parts.count() == 2


def test_registering_a_parcel_twice_at_once_makes_one_manuscript(cast, call):
    parcel = registering.open_parcel(
        uuid.uuid4(), cast.editor, channel="post", received_on=call.opens_on, call=call, pasted="一个题目\n一段话。"
    )
    said = {parcel.groups[0]["key"]: {"person": cast.contributor.pk}}
    parcel = registering.save(parcel, said, parcel.number)
    outcome = at_once(*[lambda: registering.carry_out(fresh(parcel), cast.editor)] * 2)
    assert not failures(outcome)
    assert sorted(report.registered for report in outcome) == [0, 1]
    assert Submission.objects.count() == 1


def test_cleaning_is_accepted_while_the_other_tab_saves(make_draft, cast):
    draft = make_draft(cast.contributor, body="听,说。")
    typed = {name: getattr(draft, name) for name in drafts.TYPED} | {"section": draft.section, "origin": draft.origin}

    def accept():
        mine = fresh(draft)
        body, mended = cleaning.accept(mine.body, list(clean_text(mine.body).changes), mine.mended)
        return drafts.replace_body(mine, body, mended, followed=True)

    def save():
        drafts.save(fresh(draft), typed | {"body": "听,说。又写一句。"}, cast.contributor, number=0, tab="b")

    outcome = at_once(accept, save)
    draft.refresh_from_db()
    kept = [one["body"] for one in (draft.conflict or {}).values()]
    # Whoever comes second is told; what was typed is in the draft or beside it, a record never stands without its change.
    assert "听,说。又写一句。" in [draft.body, *kept] or draft.body == "听，说。又写一句。"
    assert all(draft.body.startswith(one["after"], one["at"]) for one in draft.mended)
    assert outcome[0] in (True, False)


def test_two_clicks_cut_a_text_once(make_draft, cast):
    pieces = [
        f"关于第{number}件事的发言\n榕岭村党支部书记 林晓舟\n{'村里的事大家商量着办，办完一件划掉一件。' * 4}"
        for number in "一二"
    ]
    draft = make_draft(cast.contributor, body="\n".join(pieces))
    found = survey(draft.body)
    assert found.is_several
    outcome = at_once(
        *[lambda: splitting.as_drafts(fresh(draft), found, cast.contributor, number=draft.draft_number)] * 2
    )
    assert [type(one) for one in failures(outcome)] == [splitting.Moved]
    assert Submission.objects.count() == 3


def test_two_editors_put_the_same_marks_right(make_article, make_issue, cast):
    article = make_article("甲", html="<p>议事卓在树下。</p>", issue=make_issue())
    proofing.add_mark(article, cast.proofreader, proofing.Spotted("character", "议事卓", replacement="议事桌"))
    proofing.hand_in(article, cast.proofreader, stage="proof_1", seen=article.text.current_id)
    wanted = [ProofMark.objects.get().pk]
    outcome = at_once(
        lambda: proof_corrections.apply(fresh(article), cast.editor, wanted),
        lambda: proof_corrections.apply(fresh(article), cast.second_editor, wanted),
    )
    (error,) = failures(outcome)
    assert isinstance(error, proofing.ProofRefused)
    assert fresh(article.text).versions.count() == 2


def test_two_people_hand_in_the_same_proof(make_article, make_issue, cast):
    article = make_article("甲", issue=make_issue())
    facts = {"stage": "proof_1", "seen": article.text.current_id}
    outcome = at_once(
        lambda: proofing.hand_in(fresh(article), cast.proofreader, **facts),
        lambda: proofing.hand_in(fresh(article), cast.editor, **facts),
    )
    (error,) = failures(outcome)
    assert isinstance(error, proofing.ProofRefused)
    assert Approval.objects.filter(kind="proof_1").count() == 1


def test_two_who_record_the_same_paper_make_one_proof(make_article, make_issue, cast):
    Journal.objects.update(small_office=True)
    article = make_article("甲", issue=make_issue())
    paper = proof_papers.SignedProof("老校对", timezone.localdate(), "在清样上校对")
    outcome = at_once(
        lambda: proof_papers.record(fresh(article), cast.editor, paper, stage="proof_1"),
        lambda: proof_papers.record(fresh(article), cast.managing, paper, stage="proof_1"),
    )
    (error,) = failures(outcome)
    assert isinstance(error, proofing.ProofRefused)
    assert Approval.objects.filter(kind__startswith="proof").count() == 1


def test_the_secrecy_review_is_recorded_twice_and_one_stands(make_article, cast):
    article = make_article("甲", secrecy="")
    outcome = at_once(
        lambda: secrecy.record(article.text, cast.managing, secrecy.Finding("public", "单位保密审查表")),
        lambda: secrecy.record(article.text, cast.chief, secrecy.Finding("internal", "单位保密审查表")),
    )
    assert not failures(outcome)
    assert Approval.objects.filter(kind="secrecy").count() == 2
    assert Approval.objects.standing().filter(kind="secrecy").count() == 1


def test_two_of_the_same_stage_review_anew_at_once(make_submission, cast):
    """One review is kept; the other is told that the stage is done."""
    article = make_submission("accepted").article
    text = Text.objects.select_related("current").get(pk=article.text_id)
    content = replace(text.current.content, title="改过的题")
    with transaction.atomic():
        seen = versions.edit_article(article, text, content, cast.managing, "改题").pk

    def review(person):
        return versions.review(article, person, seen=seen, passed=True, opinion="可。")

    outcome = at_once(lambda: review(cast.editor), lambda: review(cast.second_editor))
    assert [type(failure) for failure in failures(outcome)] == [versions.VersionRefused]
    assert Approval.objects.on(text).passed().filter(kind="first").count() == 1


def test_two_restore_different_versions_at_once(make_submission, cast):
    """The first makes a version; the second is told that the text has moved on."""
    article = make_submission("accepted").article
    text = Text.objects.select_related("current").get(pk=article.text_id)
    for title in ("第二个题", "第三个题"):
        with transaction.atomic():
            versions.edit_article(article, text, replace(text.current.content, title=title), cast.editor, "改题")
    seen = text.current_id

    def restore(number, person):
        version = text.versions.get(number=number)
        return versions.restore(article, version, person, seen=seen, reason="恢复", substantive=True)

    outcome = at_once(lambda: restore(1, cast.editor), lambda: restore(2, cast.second_editor))
    assert [type(failure) for failure in failures(outcome)] == [versions.MovedOn]
    assert text.versions.count() == 4


@pytest.fixture
def issue_to_print(make_issue, make_article, section, monkeypatch):
    monkeypatch.setattr(galleys, "typeset", quickly)
    issue = make_issue()
    make_article(issue=issue, section=section)
    return issue


def test_two_editors_make_a_round_at_once(issue_to_print, cast):
    outcome = at_once(
        lambda: galleys.make_round(fresh(issue_to_print), cast.editor),
        lambda: galleys.make_round(fresh(issue_to_print), cast.second_editor),
    )
    assert not failures(outcome)
    assert sorted(issue_to_print.galleys.values_list("number", flat=True)) == [1, 2]
    assert [galley.pieces.count() for galley in issue_to_print.galleys.all()] == [1, 1]
    assert Event.objects.filter(verb="出清样").count() == 2


def test_two_editors_tick_the_same_remark(issue_to_print, cast):
    galley = galleys.make_round(issue_to_print, cast.editor)
    task = galleys.add_task(galley, cast.editor, remark(cast, page=3))
    outcome = at_once(
        lambda: galleys.tick_off(fresh(task), cast.editor, note="图片换了"),
        lambda: galleys.decline(fresh(task), cast.second_editor, "原文如此"),
    )
    (error,) = failures(outcome)
    assert isinstance(error, galleys.GalleyRefused)
    assert "刚刚办了" in str(error)
    assert Event.objects.filter(verb__in=("批示已改", "批示不改")).count() == 1


def test_a_page_sent_twice_signs_for_printing_once(issue_to_print, cast, monkeypatch):
    galley = galleys.make_round(issue_to_print, cast.editor)
    monkeypatch.setattr(print_approval, "checks", lambda issue, digest="": [])
    acts = [lambda: print_approval.approve(fresh(issue_to_print), cast.chief, seen=galley.digest)] * 2
    (error,) = failures(at_once(*acts))
    assert isinstance(error, galleys.GalleyRefused)
    assert Approval.objects.filter(kind="print").count() == 1
